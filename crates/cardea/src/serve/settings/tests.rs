use clap::{Args as _, Command};

use super::*;

fn settings(given: Given) -> Result<Settings> {
    Settings::complete(PathBuf::from("data"), given)
}

fn given(toml: &str) -> Given {
    toml::from_str(toml).unwrap()
}

#[test]
fn there_are_at_most_twenty_settings_and_each_says_what_it_is_for() {
    let command = Arguments::augment_args(Command::new("serve"));
    let arguments: Vec<_> = command.get_arguments().collect();
    assert!(arguments.len() <= 20, "{}", arguments.len());
    for argument in arguments {
        assert!(argument.get_help().is_some(), "{}", argument.get_id());
    }
}

#[test]
fn without_settings_it_listens_on_this_computer_over_tls() {
    let settings = settings(Given::default()).unwrap();
    assert_eq!(settings.address(), "https://localhost:8443");
    assert_eq!(settings.transport, Transport::LocalAuthority);
    assert!(settings.listen.ip().is_loopback());
}

#[test]
fn http_is_spoken_on_this_computer_only_and_only_when_asked() {
    let plain = settings(given("http-on-loopback = true\nlisten = '127.0.0.1:8080'")).unwrap();
    assert_eq!(
        (plain.transport, plain.public_url.as_str()),
        (Transport::Plain, "http://localhost:8080/")
    );
    for refused in [
        "public-url = 'http://localhost:8443'",
        "http-on-loopback = true\nlisten = '0.0.0.0:8080'",
        "http-on-loopback = true\npublic-url = 'http://id.example.com'",
        "http-on-loopback = true\npublic-url = 'https://localhost'",
        "http-on-loopback = true\ncertificate = 'a'\nkey = 'b'",
        "certificate = 'a'",
    ] {
        assert!(settings(given(refused)).is_err(), "{refused}");
    }
}

#[test]
fn an_argument_counts_more_than_the_file() {
    let file = given("listen = '127.0.0.1:1'\nlog = 'json'\ntrusted-proxy = ['10.0.0.0/8']");
    let arguments = given("listen = '127.0.0.1:2'");
    let settings = settings(arguments.over(file)).unwrap();
    assert_eq!((settings.listen.port(), settings.log), (2, LogFormat::Json));
    assert_eq!(settings.trusted_proxies.len(), 1);
}

#[test]
fn a_setting_that_nobody_knows_is_an_error() {
    assert!(toml::from_str::<Given>("listn = '127.0.0.1:1'").is_err());
}

//! What whoever runs a tenant sets up: certificates of their own, a collector of traces, and commands beside a server
//! on PostgreSQL.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use rcgen::{CertifiedKey, generate_simple_self_signed};

use crate::child::{Running, finish, until};
use crate::database::{Database, Postgres, free_port};
use crate::prepared::Prepared;
use crate::server::Server;
use crate::small::Place;

#[tokio::test]
async fn the_owners_certificate_is_what_visitors_see() {
    let folder = tempfile::tempdir().unwrap();
    let [certificate, key] = ["own.pem", "own-key.pem"].map(|name| folder.path().join(name));
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    fs::write(&certificate, cert.pem()).unwrap();
    fs::write(&key, signing_key.serialize_pem()).unwrap();
    let (port, data) = (free_port(), folder.path().join("data"));
    let serve = |key: &std::path::Path| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cardea"));
        command.args(["serve", "--demo", "--data"]).arg(&data);
        command.args(["--listen", &format!("127.0.0.1:{port}")]);
        command.args(["--public-url", &format!("https://localhost:{port}")]);
        command.arg("--certificate").arg(&certificate).arg("--key").arg(key);
        command
    };
    let wrong = finish(&mut serve(&certificate), Duration::from_mins(1)).unwrap();
    let said = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert!(!wrong.status.success(), "{said}");
    assert!(said.contains("own.pem") && said.contains("no private key in PEM"), "{said}");

    let mut running = Running::start(&mut serve(&key), "-TERM");
    let trusted = reqwest::Certificate::from_pem(cert.pem().as_bytes()).unwrap();
    let client = reqwest::Client::builder().tls_certs_only([trusted]).build().unwrap();
    let ready = until(600, async || {
        assert_eq!(running.ended(), None);
        let answer = client.get(format!("https://localhost:{port}/readyz")).send().await;
        answer.is_ok_and(|answer| answer.status().is_success()).then_some(())
    });
    ready.await.expect("it is served within a minute, with this certificate");
    assert!(!data.join("ca.pem").exists(), "nobody is asked to trust an authority of ours");
}

#[test]
fn a_database_of_countries_that_is_none_is_refused_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let countries = folder.path().join("countries.mmdb");
    fs::write(&countries, "hello").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_cardea"));
    command
        .args(["serve", "--http-on-loopback", "--demo", "--data"])
        .arg(folder.path().join("data"));
    let address = format!("127.0.0.1:{}", free_port());
    command.args(["--listen", &address]).arg("--countries").arg(&countries);
    let refused = finish(&mut command, Duration::from_mins(1)).unwrap();
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success(), "{said}");
    assert!(said.contains("countries.mmdb") && said.contains("MaxMind's format"), "{said}");
}

/// Takes one request of HTTP, says yes to it, and gives its path and body.
fn collected(collector: &TcpListener) -> (String, Vec<u8>) {
    let (mut stream, _) = collector.accept().unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let (head, mut body) = head(&mut stream);
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().unwrap())
    });
    let mut rest = vec![0; length.unwrap_or(0).saturating_sub(body.len())];
    stream.read_exact(&mut rest).unwrap();
    body.extend(rest);
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").unwrap();
    (head.split_whitespace().nth(1).unwrap().to_owned(), body)
}

fn head(stream: &mut TcpStream) -> (String, Vec<u8>) {
    let (mut read, mut part) = (Vec::new(), [0; 1024]);
    for _ in 0..1024 {
        let count = stream.read(&mut part).unwrap();
        read.extend_from_slice(&part[..count]);
        if let Some(end) = read.windows(4).position(|it| it == b"\r\n\r\n") {
            let body = read.split_off(end + 4);
            return (String::from_utf8(read).unwrap(), body);
        }
        assert_ne!(count, 0, "the request ends in its head");
    }
    panic!("the head has no end");
}

#[tokio::test]
async fn traces_and_metrics_tell_of_requests_and_hold_no_secret() {
    let collector = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/v1/traces", collector.local_addr().unwrap());
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || sender.send(collected(&collector)));
    let place = Place::new(&[("kim".to_owned(), None)]).await;
    let server = place.start_with(&["--otlp", &url]).await;
    let secret = "canary-7f3a";
    let page = reqwest::get(format!("{}/signin?login_hint={secret}", place.address())).await;
    assert!(page.is_ok());
    let (path, body) = receiver.recv_timeout(Duration::from_secs(30)).expect("traces come");
    assert_eq!(path, "/v1/traces");
    let text = String::from_utf8_lossy(&body);
    // Protocol buffers write texts as they are.
    assert!(text.contains("service.name") && text.contains("cardea"), "{text}");
    assert!(text.contains("http.route"), "{text}");
    assert!(!text.contains(secret), "a request is known by its route, not by its address");
    let metrics = reqwest::get(format!("{}/metrics", place.address())).await.unwrap();
    let metrics = metrics.text().await.unwrap();
    let seconds = "http_server_request_duration_seconds_count{http_request_method=\"GET\",\
        http_route=\"/signin\"";
    assert!(metrics.contains(seconds), "{metrics}");
    assert!(!metrics.contains(secret));
    server.kill();
}

#[tokio::test]
async fn commands_beside_a_server_find_its_postgresql() {
    let Some(_) = Prepared::find() else { return };
    let postgres = Postgres::start();
    let url = postgres.url();
    let server = Server::start(Database::Postgres(postgres)).await.unwrap();
    let person = server.demo.person("freya.lindqvist-okafor@fernmoorwater.example").upn.clone();
    let run = |arguments: &[&str]| {
        let mut cardea = Command::new(env!("CARGO_BIN_EXE_cardea"));
        cardea.args(arguments).arg("--data").arg(server.data()).args(["--database", &url]);
        finish(&mut cardea, Duration::from_mins(1)).unwrap()
    };
    let issued = run(&["pass", "issue", &person, "--json"]);
    assert!(issued.status.success(), "{}", String::from_utf8_lossy(&issued.stderr));
    let issued: serde_json::Value = serde_json::from_slice(&issued.stdout).unwrap();
    assert!(issued["pass"].as_str().is_some_and(|pass| pass.len() >= 8));
    let folder = tempfile::tempdir().unwrap();
    let export = folder.path().join("export");
    let exported = run(&["export", export.to_str().unwrap()]);
    assert!(exported.status.success(), "{}", String::from_utf8_lossy(&exported.stderr));
    let imported = run(&["import", export.to_str().unwrap()]);
    assert!(imported.status.success(), "{}", String::from_utf8_lossy(&imported.stderr));
}

//! Keys in, a picture and effects out.

use ratatui::Terminal;
use ratatui::backend::TestBackend;

use super::draw::{Colors, draw};
use super::*;

fn passkey(account: &str, address: Option<&str>) -> Kept {
    Kept {
        id: vec![1],
        rp_id: "contoso.example".into(),
        account: account.into(),
        name: None,
        address: address.map(str::to_owned),
        platform: cardea_authenticator::Platform::Android,
        roots: None,
        made: 0,
        used: None,
    }
}

fn screen() -> Screen {
    let kim = passkey("kim@contoso.example", Some("https://id.contoso.example"));
    Screen {
        shelves: vec![
            Shelf { name: "work".into(), kind: "device-bound", passkeys: Some(vec![kim]) },
            Shelf { name: "personal".into(), kind: "device-bound", passkeys: None },
        ],
        ..Screen::default()
    }
}

fn press(screen: &mut Screen, code: KeyCode) -> Option<Effect> {
    screen.key(KeyEvent::new(code, KeyModifiers::NONE))
}

fn types(screen: &mut Screen, text: &str) {
    for letter in text.chars() {
        assert_eq!(press(screen, KeyCode::Char(letter)), None);
    }
}

/// The picture, and how many colours are in it.
fn picture(screen: &Screen, width: u16, height: u16, colors: Colors) -> (String, usize) {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    let now = "2026-06-01T12:00:00Z".parse().unwrap();
    terminal.draw(|frame| draw(frame, screen, now, colors)).unwrap();
    let buffer = terminal.backend().buffer().clone();
    let mut text = String::new();
    for row in buffer.content().chunks(usize::from(width)) {
        let row: String = row.iter().map(ratatui::buffer::Cell::symbol).collect();
        text += row.trim_end();
        text.push('\n');
    }
    let reset = ratatui::style::Color::Reset;
    let colored = buffer.content().iter().filter(|it| it.fg != reset || it.bg != reset).count();
    (text, colored)
}

#[test]
fn the_list_shows_profiles_and_what_is_in_those_that_are_open() {
    let (text, colored) = picture(&screen(), 80, 10, Colors::On);
    insta::assert_snapshot!(text, @r"
    Cardea Authenticator: waiting for browsers
    > work  device-bound, open
          kim@contoso.example  https://id.contoso.example  used never
      personal  device-bound, locked





    Enter open  a add  r rename  d remove  l lock  q quit
    ");
    assert!(colored > 0);
    assert_eq!(picture(&screen(), 80, 10, Colors::Off).1, 0, "NO_COLOR is heard");
}

#[test]
fn it_can_be_drawn_at_any_size() {
    let mut asking = screen();
    asking.ask("https://login.example.org wants to sign you in.");
    for (width, height) in [(1, 1), (2, 2), (5, 3), (20, 4), (200, 60)] {
        picture(&screen(), width, height, Colors::On);
        picture(&asking, width, height, Colors::On);
        picture(&Screen::default(), width, height, Colors::On);
    }
}

#[test]
fn a_secret_is_never_shown_nor_how_long_it_is() {
    let mut screen = screen();
    press(&mut screen, KeyCode::End);
    press(&mut screen, KeyCode::Enter);
    let mut seen = Vec::new();
    for letter in "§€ßΩµ".chars() {
        types(&mut screen, &letter.to_string());
        let (text, _) = picture(&screen, 60, 12, Colors::On);
        assert!(!text.contains(letter), "{text}");
        seen.push(text);
        assert!(!format!("{screen:?}").contains(letter));
    }
    seen.dedup();
    assert_eq!(seen.len(), 1);
    let pin = Hidden::new("§€ßΩµ");
    let unlocked = press(&mut screen, KeyCode::Enter);
    assert_eq!(unlocked, Some(Effect::Unlock { profile: "personal".into(), pin }));
}

#[test]
fn a_browser_is_answered_by_a_pin_or_refused() {
    let mut screen = screen();
    types(&mut screen, "a");
    types(&mut screen, "kim");
    screen.ask("https://login.example.org wants to sign you in.");
    let (text, _) = picture(&screen, 60, 12, Colors::Off);
    assert!(text.contains("https://login.example.org wants to sign you in."), "{text}");
    assert_eq!(press(&mut screen, KeyCode::Enter), None, "without a PIN nothing is approved");
    types(&mut screen, "2468");
    let pin = Hidden::new("2468");
    let approved = press(&mut screen, KeyCode::Enter);
    assert_eq!(approved, Some(Effect::Approve { profile: "work".into(), pin }));
    assert!(screen.form.is_none(), "what was typed before is not gone on with");

    screen.ask("https://login.example.org wants to sign you in.");
    assert_eq!(press(&mut screen, KeyCode::Esc), Some(Effect::Refuse));
    screen.ask("https://login.example.org wants to sign you in.");
    screen.taken_back();
    assert!(screen.form.is_none() && screen.waiting.is_none());
}

#[test]
fn a_passkey_is_renamed_and_removed_only_by_its_whole_name() {
    let mut screen = screen();
    types(&mut screen, "r");
    assert!(screen.said.starts_with("Mark a passkey"), "a profile is no passkey");
    press(&mut screen, KeyCode::Down);
    types(&mut screen, "r");
    types(&mut screen, "Phone");
    let kim = passkey("kim@contoso.example", Some("https://id.contoso.example"));
    let profile = || "work".to_owned();
    let renamed = Effect::Rename { profile: profile(), passkey: kim.clone(), name: "Phone".into() };
    assert_eq!(press(&mut screen, KeyCode::Enter), Some(renamed));

    types(&mut screen, "d");
    types(&mut screen, "kim");
    assert_eq!(press(&mut screen, KeyCode::Enter), None);
    assert_eq!(screen.said, "Nothing was removed.");
    types(&mut screen, "d");
    types(&mut screen, "kim@contoso.example");
    let removed = Effect::Remove { profile: profile(), passkey: kim };
    assert_eq!(press(&mut screen, KeyCode::Enter), Some(removed));
}

#[test]
fn a_passkey_is_added_once_every_field_but_the_certificate_is_filled_in() {
    let mut screen = screen();
    types(&mut screen, "a");
    types(&mut screen, "kim@contoso.example");
    press(&mut screen, KeyCode::Tab);
    types(&mut screen, "id.contoso.example");
    assert_eq!(press(&mut screen, KeyCode::Enter), None, "the pass is missing");
    types(&mut screen, "PASS-1234");
    assert_eq!(press(&mut screen, KeyCode::Enter), None, "the PIN is missing");
    types(&mut screen, "2468");
    let Some(Effect::Add(adding)) = press(&mut screen, KeyCode::Enter) else { panic!("added") };
    assert_eq!(adding.tenant, "https://id.contoso.example");
    assert_eq!((adding.profile.as_str(), adding.ca.as_str()), ("work", ""));
    assert_eq!((adding.pass.expose(), adding.pin.expose()), ("PASS-1234", "2468"));
}

#[test]
fn locking_forgets_what_was_read_and_leaving_is_one_key() {
    let mut screen = screen();
    types(&mut screen, "l");
    assert!(screen.shelves.iter().all(|it| it.passkeys.is_none()));
    assert_eq!(press(&mut screen, KeyCode::Char('q')), Some(Effect::Quit));
    types(&mut screen, "a");
    let control_c = KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL);
    assert_eq!(screen.key(control_c), Some(Effect::Quit), "also while something is typed");
}

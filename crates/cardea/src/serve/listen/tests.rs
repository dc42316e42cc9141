use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

use axum::routing::get;

use super::*;

/// What is waited for here; a connection that is not cut off within a hundred times as long stays.
const SHORT: Duration = Duration::from_millis(200);
/// A byte comes more often than that.
const DRIP: Duration = Duration::from_millis(20);

/// A server that has little patience, in the background.
fn serve() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    let late = async || {
        tokio::time::sleep(3 * SHORT).await;
        "late"
    };
    let router = Router::new().route("/", get(async || "soon")).route("/late", get(late));
    let stop = Stop::watch().unwrap();
    tokio::spawn(until_stopped((listener, stop), Security::Plain, (router, SHORT)));
    address
}

/// Sends `first` and then the bytes of `drip`, one by one and over and over; everything that came back until
/// the connection was cut off.
fn cut_off(address: SocketAddr, first: &[u8], drip: &[u8]) -> String {
    let mut connection = TcpStream::connect(address).unwrap();
    connection.set_read_timeout(Some(DRIP)).unwrap();
    connection.write_all(first).unwrap();
    let (mut came, mut buffer) = (Vec::new(), [0; 1024]);
    for turn in 0..1000 {
        match connection.read(&mut buffer) {
            Ok(0) => return String::from_utf8_lossy(&came).into_owned(),
            Ok(length) => came.extend(&buffer[..length]),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(_) => return String::from_utf8_lossy(&came).into_owned(),
        }
        if !drip.is_empty() && connection.write_all(&drip[turn % drip.len()..][..1]).is_err() {
            return String::from_utf8_lossy(&came).into_owned();
        }
    }
    panic!("{first:?} and {drip:?} are listened to for ever");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_does_not_bring_a_request_in_time_is_cut_off() {
    let address = serve();
    let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
    // The head of a frame of type HEADERS (RFC 9113 section 6.2) with 16,000 bytes to come.
    let headers = [preface.as_slice(), b"\0\x3e\x80\x01\x05\0\0\0\x01"].concat();
    let cases: [(&[u8], &[u8]); 7] = [
        (b"", b""),
        (b"", b"\r\n"),
        (b"PRI", b""),
        (b"GET / HT", b""),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: ", b"a"),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\n", b"X: y\r\n"),
        (&headers, b"a"),
    ];
    for (first, drip) in cases {
        let came = tokio::task::block_in_place(|| cut_off(address, first, drip));
        assert!(!came.contains("soon"), "{first:?} {drip:?}: {came}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_request_the_next_one_has_its_time_again_and_no_more() {
    let address = serve();
    let whole = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
    for drip in [b"".as_slice(), b"a"] {
        let came = tokio::task::block_in_place(|| cut_off(address, whole, drip));
        assert!(came.ends_with("soon"), "{drip:?}: {came}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_may_take_longer_than_a_request() {
    let address = serve();
    let whole = b"GET /late HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let came = tokio::task::block_in_place(|| cut_off(address, whole, b""));
    assert!(came.ends_with("late"), "{came}");
}

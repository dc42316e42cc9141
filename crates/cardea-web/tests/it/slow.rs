//! Bodies that never end, over real connections of the loopback. The clock of the runtime stands still and jumps to
//! the next thing that waits for it, so half a minute takes no time.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::site::Site;
use crate::tenant::{HOST, ORIGIN, TENANT};

/// How a body comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Body {
    /// A hundred bytes are announced, and none comes.
    Nothing,
    /// A byte of it comes each second.
    Trickle,
    /// Chunks come as fast as they are taken, without an end.
    Flood,
}

/// Sends a request of which the end never comes; the status of the answer, and how long it took.
async fn sent(site: &Site, path: &str, body: Body) -> (u16, Duration) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(axum::serve(listener, site.router.clone()).into_future());
    let (mut answer, mut request) = TcpStream::connect(address).await.unwrap().into_split();
    let length = match body {
        Body::Nothing => "content-length: 100",
        Body::Trickle | Body::Flood => "transfer-encoding: chunked",
    };
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: {HOST}\r\norigin: {ORIGIN}\r\n\
         content-type: application/x-www-form-urlencoded\r\n{length}\r\n\r\n"
    );
    request.write_all(head.as_bytes()).await.unwrap();
    tokio::time::pause();
    let begin = Instant::now();
    let sender = tokio::spawn(async move {
        let mut beat = interval(Duration::from_secs(1));
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let large = format!("4000\r\n{}\r\n", "x".repeat(0x4000));
        // At most an hour, or 64 MiB; whoever takes that much has failed.
        for _ in 0..4096 {
            let part = match body {
                Body::Nothing => "",
                Body::Trickle => "1\r\nx\r\n",
                Body::Flood => &large,
            };
            if body != Body::Flood {
                beat.tick().await;
            }
            if request.write_all(part.as_bytes()).await.is_err() {
                break;
            }
        }
    });
    let mut start = [0; 12];
    answer.read_exact(&mut start).await.unwrap();
    let took = begin.elapsed();
    tokio::time::resume();
    sender.abort();
    server.abort();
    (String::from_utf8_lossy(&start[9..]).parse().unwrap(), took)
}

#[tokio::test]
async fn a_body_that_never_ends_is_given_up_after_half_a_minute() {
    // IN-02
    let site = Site::new(&[]).await;
    let token = format!("/{TENANT}/oauth2/v2.0/token");
    let authorize = format!("/{TENANT}/oauth2/v2.0/authorize");
    for path in ["/signin", "/signin/password", &token, &authorize] {
        for body in [Body::Nothing, Body::Trickle] {
            let (status, took) = sent(&site, path, body).await;
            assert_eq!(status, 408, "{path} {body:?}");
            assert!((29..=31).contains(&took.as_secs()), "{path} {body:?} took {took:?}");
        }
        let (status, took) = sent(&site, path, Body::Flood).await;
        assert_eq!(status, 413, "{path}");
        assert!(took.as_secs() < 30, "{path} took {took:?}");
    }
}

//! Pages that the tests serve themselves, to try the browser on: over plain loopback, or with an authority's
//! certificate.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use axum_server::tls_rustls::RustlsConfig;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose,
};

/// A handful of pages at an address.
#[derive(Debug)]
pub(crate) struct Place {
    address: String,
}

type Pages = Arc<BTreeMap<&'static str, &'static str>>;

impl Place {
    /// Serves pages, by their paths, at `http://localhost`, which browsers treat as secure.
    pub(crate) fn plain(pages: &[(&'static str, &'static str)]) -> Self {
        let listener = listener();
        let address = format!("http://localhost:{}", listener.local_addr().unwrap().port());
        let listener = tokio::net::TcpListener::from_std(listener).unwrap();
        let router = router(pages);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address }
    }

    /// Serves pages at `https://localhost` with a certificate of a new authority, which is written to `authority`.
    pub(crate) async fn secure(pages: &[(&'static str, &'static str)], authority: &Path) -> Self {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let listener = listener();
        let address = format!("https://localhost:{}", listener.local_addr().unwrap().port());
        let (certificate, key) = certificate(authority);
        let config =
            RustlsConfig::from_pem(certificate.into_bytes(), key.into_bytes()).await.unwrap();
        let server = axum_server::from_tcp_rustls(listener, config).unwrap();
        tokio::spawn(server.serve(router(pages).into_make_service()));
        Self { address }
    }

    /// The address of a page.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }
}

fn listener() -> TcpListener {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    listener
}

fn router(pages: &[(&'static str, &'static str)]) -> Router {
    let pages: Pages = Arc::new(pages.iter().copied().collect());
    Router::new().fallback(page).with_state(pages)
}

async fn page(State(pages): State<Pages>, uri: Uri) -> Response {
    // Scripts of the page itself only from its own origin, as on the tenant's pages.
    let policy =
        (header::CONTENT_SECURITY_POLICY, "default-src 'self'; style-src 'self' 'unsafe-inline'");
    let kind = match Path::new(uri.path()).extension().and_then(|it| it.to_str()) {
        Some("js") => Some("text/javascript"),
        Some("css") => Some("text/css"),
        Some("svg") => Some("image/svg+xml"),
        _ => None,
    };
    match pages.get(uri.path()) {
        Some(text) if let Some(kind) = kind => {
            ([(header::CONTENT_TYPE, kind)], *text).into_response()
        }
        Some(page) => ([policy], Html(*page)).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The chain and the key of a certificate for `localhost`.
fn certificate(authority: &Path) -> (String, String) {
    let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, "Authority of a test");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    std::fs::write(authority, issuer.pem()).unwrap();
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    params.distinguished_name.push(DnType::CommonName, "localhost");
    let certificate = params.signed_by(&key, &issuer).unwrap();
    (certificate.pem(), key.serialize_pem())
}

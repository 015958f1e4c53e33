//! Whose certificates are believed when a published log or an authority is asked over https.

use std::sync::Arc;

use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

/// Whose certificates servers must show.
#[derive(Debug, Clone, Default)]
pub struct Servers(Option<Arc<Vec<Certificate<'static>>>>);

impl Servers {
    /// Those of the public authorities (Mozilla's list, compiled in).
    pub fn public() -> Self {
        Servers(None)
    }

    /// Only those of a file of certificates (PEM).
    pub fn only(pem: &[u8]) -> Result<Self, String> {
        let mut certificates = Vec::new();
        for item in parse_pem(pem) {
            if let PemItem::Certificate(certificate) = item.map_err(|error| error.to_string())? {
                certificates.push(certificate);
            }
        }
        if certificates.is_empty() {
            return Err("there is no certificate in it (PEM, BEGIN CERTIFICATE)".to_owned());
        }
        Ok(Servers(Some(Arc::new(certificates))))
    }

    /// What a failure to ask a server is, in words.
    pub(in crate::archive::log) fn failure(error: &ureq::Error) -> String {
        let said = error.to_string();
        let hint =
            if said.contains("certificate") { "; name the certificates that it leads to with --tls-ca" } else { "" };
        format!("{said}{hint}")
    }

    pub(in crate::archive::log) fn tls(&self) -> TlsConfig {
        let roots = self.0.as_ref().map_or(RootCerts::WebPki, |only| RootCerts::Specific(Arc::clone(only)));
        TlsConfig::builder().root_certs(roots).build()
    }
}

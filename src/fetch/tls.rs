//! Whose certificates are believed.

use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

/// Whose certificates are believed when a server is asked over TLS.
#[derive(Clone)]
pub struct Trust(pub(super) Arc<ClientConfig>);

impl std::fmt::Debug for Trust {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Trust")
    }
}

impl Trust {
    /// Those of the authorities that Mozilla's root programme names.
    pub fn public() -> Result<Trust, String> {
        Trust::of(RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() })
    }

    /// Only those of a file of certificates (PEM).
    pub fn only(pem: &[u8]) -> Result<Trust, String> {
        let certificates = CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>();
        let mut roots = RootCertStore::empty();
        // The bundles of systems hold old certificates that nobody reads any more.
        let (used, _) = roots.add_parsable_certificates(certificates.map_err(|error| error.to_string())?);
        if used == 0 {
            return Err("there is no certificate in it that can be used (PEM, BEGIN CERTIFICATE)".to_owned());
        }
        Trust::of(roots)
    }

    fn of(roots: RootCertStore) -> Result<Trust, String> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let builder = versions.map_err(|error| error.to_string())?;
        Ok(Trust(Arc::new(builder.with_root_certificates(roots).with_no_client_auth())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_certificates_is_refused() {
        assert!(Trust::only(b"").unwrap_err().contains("no certificate"));
        let broken = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        assert!(Trust::only(broken).is_err());
        assert!(Trust::public().is_ok());
    }
}

//! The files of the demo, which are those of `examples/tenants/demo`.

/// Declares the files by their paths in the folder.
macro_rules! files {
    ($($path:literal,)*) => {
        &[$((
            $path,
            include_str!(concat!("../../../../examples/tenants/demo/", $path)),
        ),)*]
    };
}

/// What the export cannot say.
pub(super) const SETTINGS: &str = include_str!("../../../../examples/tenants/demo/cardea.toml");

/// Who and what there is to see.
pub(super) const PEOPLE_TO_SHOW: &str =
    include_str!("../../../../examples/tenants/demo/people-to-show.toml");

/// The export, by path.
pub(super) const EXPORT: &[(&str, &str)] = files![
    "applications.json",
    "authentication-contexts.json",
    "devices.json",
    "groups.json",
    "locations/countries.json",
    "locations/head-office.json",
    "locations/this-computer.json",
    "locations/works.json",
    "methods-policy.json",
    "policies/FW101-Everybody-old-clients-blocked.json",
    "policies/FW102-Everybody-MFA-everywhere.json",
    "policies/FW103-Everybody-device-code-and-transferred-sign-ins-blocked.json",
    "policies/FW104-People-security-info-from-our-networks-or-with-a-pass.json",
    "policies/FW105-Guests-security-info-from-our-countries-only.json",
    "policies/FW106-Everybody-MFA-to-register-a-device.json",
    "policies/FW107-Incident-log-terms-of-use.json",
    "policies/FW108-Everybody-high-sign-in-risk-blocked.json",
    "policies/FW109-Customer-Accounts-not-from-lost-devices.json",
    "policies/FW110-Plant-Control-a-managed-device-or-a-passkey.json",
    "policies/FW201-Administrators-phishing-resistant-everywhere.json",
    "policies/FW202-Administrators-security-info-with-a-pass-or-a-passkey.json",
    "policies/FW203-Administrators-four-hours-in-the-portals-and-nothing-kept.json",
    "policies/FW204-Administrators-from-our-countries-only.json",
    "policies/FW301-Approve-a-payment-passkey.json",
    "policies/FW302-Move-a-valve-from-our-networks-only.json",
    "policies/FW303-Read-health-records-accept-the-terms-and-sign-in-again.json",
    "policies/FW401-Loop-passkey-everywhere.json",
    "policies/FW411-Split-computers-ask-for-a-passkey.json",
    "policies/FW412-Split-phones-ask-for-a-passkey-or-a-pass.json",
    "policies/FW421-Filter-tagged-apps-ask-for-a-passkey.json",
    "policies/FW431-Exemption-phones-use-protected-apps-only.json",
    "policies/FW432-Exemption-the-exempt-from-a-trusted-network-only.json",
    "policies/FW441-Passkey-only-no-other-way-in.json",
    "policies/FW901-Draft-administrators-from-domain-joined-workstations.json",
    "policies/FW902-Draft-passkey-in-Authenticator-for-all-people.json",
    "role-assignments.json",
    "service-principals.json",
    "strengths/passkey-in-authenticator.json",
    "strengths/passkey-or-pass.json",
    "strengths/passkey.json",
    "terms-of-use.json",
    "users.json",
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use super::*;

    fn exports(folder: &Path, below: &Path, found: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                exports(&path, below, found);
            } else if path.extension().is_some_and(|it| it == "json") {
                found.insert(path.strip_prefix(below).unwrap().to_str().unwrap().to_owned());
            }
        }
    }

    #[test]
    fn every_export_of_the_folder_is_in_the_list() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/tenants/demo");
        let mut there = BTreeSet::new();
        exports(&folder, &folder, &mut there);
        let listed: BTreeSet<String> = EXPORT.iter().map(|(path, _)| (*path).to_owned()).collect();
        assert_eq!(listed, there);
    }
}

//! Filters: whatever the text is, it is refused at a place in it, or it prints as itself and can be
//! asked about every device and every app.

use cardea_policy::filter::{
    AppAttributes, AppFilter, Compliance, DeviceFacts, DeviceFilter, Filter, MAX_CHARACTERS,
    Property, TrustType,
};

/// Text as a filter for devices.
pub fn device_filter(bytes: &[u8]) {
    let Some(filter) = printed_as_itself(bytes, DeviceFilter::parse) else { return };
    let managed = DeviceFacts {
        compliance: Some(Compliance::Compliant),
        trust_type: Some(TrustType::ServerAd),
        model: Some("Kiosk".to_owned()),
        physical_ids: vec!["[OrderId]:7".to_owned()],
        ..DeviceFacts::default()
    };
    // A comparison never asks more than which values it distinguishes: no answer depends on the
    // order of asking.
    for device in [None, Some(&DeviceFacts::default()), Some(&managed)] {
        assert_eq!(filter.matches(device), filter.matches(device));
    }
}

/// Text as a filter for applications.
pub fn application_filter(bytes: &[u8]) {
    let Some(filter) = printed_as_itself(bytes, AppFilter::parse) else { return };
    assert_eq!(
        filter.matches(&AppAttributes::default()),
        filter.matches(&AppAttributes::default())
    );
}

/// The filter, if the text is one: printing it and reading that again must give the same.
fn printed_as_itself<P: Property + std::fmt::Debug>(
    bytes: &[u8],
    parse: fn(&str) -> Result<Filter<P>, cardea_policy::filter::FilterError>,
) -> Option<Filter<P>> {
    let rule = std::str::from_utf8(bytes).ok()?;
    let filter = match parse(rule) {
        Ok(filter) => filter,
        Err(error) => {
            assert!(rule.get(error.span()).is_some(), "{error} is not at a place of {rule:?}");
            return None;
        }
    };
    let printed = filter.to_string();
    if printed.chars().count() <= MAX_CHARACTERS {
        let again = parse(&printed).unwrap_or_else(|error| panic!("{printed}: {error}"));
        assert_eq!(again, filter, "{printed}");
        assert_eq!(again.to_string(), printed);
    }
    Some(filter)
}

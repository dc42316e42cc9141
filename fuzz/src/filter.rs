//! Filters: whatever the text is, it is refused at a place in it, or it prints as itself and is true
//! exactly where its opposite is false.

use cardea_policy::filter::{
    AppAttributes, AppFilter, Atom, AttributeId, AttributeValue, Compliance, DeviceFacts,
    DeviceFilter, Expression, Filter, FilterError, MAX_CHARACTERS, Operator, Polarity, Property,
    TrustType,
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
    let opposite = Filter::new(opposite(filter.expression()));
    for device in [None, Some(&DeviceFacts::default()), Some(&managed)] {
        assert_ne!(filter.matches(device), opposite.matches(device), "{filter} on {device:?}");
    }
}

/// Text as a filter for applications.
pub fn application_filter(bytes: &[u8]) {
    let Some(filter) = printed_as_itself(bytes, AppFilter::parse) else { return };
    let opposite = Filter::new(opposite(filter.expression()));
    let tagged = [(
        AttributeId::new("Tags", "Kind"),
        AttributeValue::Collection(vec!["Payroll".to_owned(), "x".to_owned()]),
    )];
    for attributes in [AppAttributes::default(), tagged.into_iter().collect()] {
        assert_ne!(filter.matches(&attributes), opposite.matches(&attributes), "{filter}");
    }
}

/// The filter, if the text is one: printing it and reading that again must give the same.
fn printed_as_itself<P: Property + std::fmt::Debug>(
    bytes: &[u8],
    parse: fn(&str) -> Result<Filter<P>, FilterError>,
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

/// The rule with every comparison and every connective turned round, by De Morgan's laws.
fn opposite<P: Property>(rule: &Expression<P>) -> Expression<P> {
    match rule {
        Expression::And(left, right) => {
            Expression::Or(opposite(left).into(), opposite(right).into())
        }
        Expression::Or(left, right) => {
            Expression::And(opposite(left).into(), opposite(right).into())
        }
        Expression::Not(inner) => Expression::Not(opposite(inner).into()),
        Expression::Atom(atom) => {
            let polarity = match atom.operator().polarity {
                Polarity::Positive => Polarity::Negative,
                Polarity::Negative => Polarity::Positive,
            };
            let operator = Operator { polarity, ..atom.operator() };
            let turned = Atom::new(atom.property().clone(), operator, atom.values().to_vec());
            Expression::Atom(turned.expect("a property takes both polarities of an operator"))
        }
    }
}

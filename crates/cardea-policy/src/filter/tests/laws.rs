use super::*;

/// Few texts, so that random rules and random devices meet.
fn known() -> impl Strategy<Value = String> {
    proptest::sample::select(TEXTS.to_vec()).prop_map(String::from)
}

const TEXTS: [&str; 9] = ["a", "A", "ab", "b", "", "ü", "\"`'", "Ab b", "aüb"];

fn value() -> impl Strategy<Value = String> {
    prop_oneof![4 => known(), 1 => "\\PC{0,6}"]
}

fn properties() -> Vec<DeviceProperty> {
    DeviceProperty::all().collect()
}

pub(super) fn device_atom() -> impl Strategy<Value = Atom<DeviceProperty>> {
    let operators = proptest::sample::select(Operator::ALL.to_vec());
    let values = proptest::collection::vec(value(), 1..3);
    let names = 0..6usize;
    (proptest::sample::select(properties()), operators, values, names).prop_filter_map(
        "an operator the property permits",
        |(property, operator, mut values, name)| {
            match property.kind() {
                Kind::Choice(names) => values = std::vec![String::from(names[name % names.len()])],
                Kind::Truth => values = std::vec![String::from(["True", "False"][name % 2])],
                Kind::Identifier | Kind::Text | Kind::Collection => {}
            }
            if operator.relation != Relation::In {
                values.truncate(1);
            }
            Atom::new(property, operator, values).ok()
        },
    )
}

fn app_atom() -> impl Strategy<Value = Atom<AttributeId>> {
    let id = proptest::sample::select(std::vec!["A_a", "A_b", "B_ü"]);
    let operators = proptest::sample::select(Operator::ALL.to_vec());
    (id, operators, proptest::collection::vec(value(), 1..3)).prop_map(
        |(id, operator, mut values)| {
            if operator.relation != Relation::In {
                values.truncate(1);
            }
            let (set, name) = id.split_once('_').unwrap();
            Atom::new(AttributeId::new(set, name), operator, values).unwrap()
        },
    )
}

fn filter<P: Property + fmt::Debug + 'static>(
    atom: impl Strategy<Value = Atom<P>> + 'static,
    atoms: u32,
) -> impl Strategy<Value = Filter<P>> {
    atom.prop_map(Expression::Atom)
        .prop_recursive(4, atoms, 2, |inner| {
            prop_oneof![
                (inner.clone(), inner.clone())
                    .prop_map(|(a, b)| Expression::And(a.into(), b.into())),
                (inner.clone(), inner.clone())
                    .prop_map(|(a, b)| Expression::Or(a.into(), b.into())),
                inner.prop_map(|it| Expression::Not(it.into())),
            ]
        })
        .prop_map(Filter::new)
}

pub(super) fn device_filter(atoms: u32) -> impl Strategy<Value = DeviceFilter> {
    filter(device_atom(), atoms)
}

pub(super) fn app_filter(atoms: u32) -> impl Strategy<Value = AppFilter> {
    filter(app_atom(), atoms)
}

/// A registered device, with a trust type and a profile type as all of them have.
pub(super) fn device() -> impl Strategy<Value = DeviceFacts> {
    let texts = proptest::collection::vec(proptest::option::of(known()), 29);
    let labels = proptest::collection::vec(known(), 0..3);
    (texts, labels, 0..3usize, 0..5usize, 0..3usize, 0..3usize).prop_map(
        |(texts, labels, trust, profile, compliance, ownership)| {
            let mut facts = DeviceFacts::default();
            for (property, text) in properties().into_iter().zip(texts) {
                facts.set(property, text.map(AttributeValue::Text));
            }
            facts.physical_ids.clone_from(&labels);
            facts.system_labels = labels;
            facts.trust_type = Some(TrustType::ALL[trust]);
            facts.profile_type = Some(ProfileType::ALL[profile]);
            facts.compliance = Compliance::ALL.get(compliance).copied();
            facts.ownership = DeviceOwnership::ALL.get(ownership).copied();
            facts
        },
    )
}

pub(super) fn attributes() -> impl Strategy<Value = AppAttributes> {
    let held = prop_oneof![
        known().prop_map(AttributeValue::Text),
        proptest::collection::vec(known(), 0..4).prop_map(AttributeValue::Collection),
    ];
    proptest::collection::vec(proptest::option::of(held), 3).prop_map(|values| {
        let ids = ["a", "b"].map(|it| AttributeId::new("A", it));
        let ids = ids.into_iter().chain([AttributeId::new("B", "Ü")]);
        ids.zip(values).filter_map(|(id, value)| Some((id, value?))).collect()
    })
}

/// The atom with its operator's other polarity.
fn opposite(atom: &Atom<DeviceProperty>) -> Atom<DeviceProperty> {
    let polarity = match atom.operator().polarity {
        Polarity::Positive => Polarity::Negative,
        Polarity::Negative => Polarity::Positive,
    };
    let operator = Operator { polarity, ..atom.operator() };
    Atom::new(*atom.property(), operator, atom.values().to_vec()).unwrap()
}

fn of(expression: Expression<DeviceProperty>) -> DeviceFilter {
    Filter::new(expression)
}

proptest! {
    #[test]
    fn a_printed_device_filter_parses_to_itself(filter in device_filter(24)) {
        prop_assert_eq!(DeviceFilter::parse(&filter.to_string()), Ok(filter));
    }

    #[test]
    fn a_printed_application_filter_parses_to_itself(filter in app_filter(24)) {
        prop_assert_eq!(AppFilter::parse(&filter.to_string()), Ok(filter));
    }

    #[test]
    fn no_text_makes_the_parser_panic(rule in "\\PC*") {
        let _ = (canonical(&rule), canonical_app(&rule));
    }

    #[test]
    fn no_bytes_make_the_parser_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let rule = String::from_utf8_lossy(&bytes);
        let _ = (canonical(&rule), canonical_app(&rule));
    }

    #[test]
    fn no_words_of_the_language_make_the_parser_panic(
        words in proptest::collection::vec(
            proptest::sample::select(std::vec![
                "device.model", "device.isCompliant", "CustomSecurityAttribute.A_b", "-eq", "-in",
                "contains", "-and", "-or", "-not", "(", ")", "[", "]", ",", "\"x\"", "'", "`", "True", "ü",
            ]),
            0..20,
        ),
    ) {
        let rule = words.join(" ");
        let _ = (canonical(&rule), canonical_app(&rule));
        if let Ok(filter) = DeviceFilter::parse(&rule) {
            prop_assert_eq!(DeviceFilter::parse(&filter.to_string()), Ok(filter));
        }
    }

    #[test]
    fn not_not_a_rule_is_the_rule(
        filter in device_filter(8),
        device in proptest::option::of(device()),
    ) {
        let expression = filter.expression().clone();
        let denied = of(Expression::Not(expression.clone().into()));
        let twice = of(Expression::Not(Expression::Not(expression.into()).into()));
        prop_assert_ne!(denied.matches(device.as_ref()), filter.matches(device.as_ref()));
        prop_assert_eq!(twice.matches(device.as_ref()), filter.matches(device.as_ref()));
    }

    #[test]
    fn a_negative_operator_is_the_complement_of_its_positive_one(
        atom in device_atom(),
        device in proptest::option::of(device()),
    ) {
        let matches = |atom| of(Expression::Atom(atom)).matches(device.as_ref());
        prop_assert_ne!(matches(atom.clone()), matches(opposite(&atom)));
    }

    #[test]
    fn on_an_unregistered_device_the_polarity_decides(atom in device_atom()) {
        let negative = atom.operator().polarity == Polarity::Negative;
        prop_assert_eq!(of(Expression::Atom(atom)).matches(None), negative);
    }

    #[test]
    fn a_list_is_the_or_of_its_values(device in device(), first in value(), second in value()) {
        let quoted = |it: &str| {
            let eq = Operator { relation: Relation::Equal, polarity: Polarity::Positive };
            Atom::new(DeviceProperty::Model, eq, std::vec![String::from(it)]).unwrap()
        };
        let list = Operator { relation: Relation::In, polarity: Polarity::Positive };
        let list = Atom::new(DeviceProperty::Model, list, std::vec![first.clone(), second.clone()]);
        let either = Expression::Or(
            Expression::Atom(quoted(&first)).into(),
            Expression::Atom(quoted(&second)).into(),
        );
        let list = of(Expression::Atom(list.unwrap()));
        prop_assert_eq!(list.matches(Some(&device)), of(either).matches(Some(&device)));
    }

    #[test]
    fn text_compares_as_its_lower_case_does(text in value(), part in value(), more in value()) {
        let text = text + &part + &more;
        let (low, sought) = (text.to_lowercase(), part.to_lowercase());
        // A final capital sigma is the one letter whose lower case depends on its neighbours.
        prop_assume!(!text.contains('Σ') && !part.contains('Σ'));
        prop_assert_eq!(text::equal(&text, &part), low == sought);
        prop_assert_eq!(text::starts_with(&text, &part), low.starts_with(&sought));
        prop_assert_eq!(text::ends_with(&text, &part), low.ends_with(&sought));
        prop_assert_eq!(text::contains(&text, &part), low.contains(&sought));
        prop_assert!(text::contains(&text, &part));
    }
}

use super::*;

#[track_caller]
fn check(rule: &str, expected: &str) {
    assert_eq!(canonical(rule), expected, "{rule}");
}

#[track_caller]
fn check_app(rule: &str, expected: &str) {
    assert_eq!(canonical_app(rule), expected, "{rule}");
}

#[test]
fn rules_print_in_canonical_form() {
    for (rule, expected) in [
        ("device.isCompliant -eq True", "device.isCompliant -eq True"),
        ("(DEVICE.ISCOMPLIANT -EQ \"true\")", "device.isCompliant -eq True"),
        ("device.trustType-ne\"serverad\"", "device.trustType -ne \"ServerAD\""),
        ("device.model -in [ \"a\",\"b\" ]", "device.model -in [\"a\", \"b\"]"),
        ("device.model contains 'it''s'", "device.model -contains \"it''s\""),
        ("device.model -eq \"it's\"", "device.model -eq \"it''s\""),
        ("device.model -eq \"a `\"b`\" ` \"", "device.model -eq \"a `\"b`\" `` \""),
        (
            "device.devicePhysicalIDs -contains \"[ZTDId]:1\"",
            "device.physicalIds -contains \"[ZTDId]:1\"",
        ),
        (
            "device.extensionattribute15 -notstartswith \"x\"",
            "device.extensionAttribute15 -notStartsWith \"x\"",
        ),
    ] {
        check(rule, expected);
    }
}

#[test]
fn and_binds_closer_than_or_and_not_closest() {
    let (a, b, c) = ("device.model -eq \"a\"", "device.model -eq \"b\"", "device.model -eq \"c\"");
    for (rule, expected) in [
        (std::format!("{a} or {b} and {c}"), std::format!("{a} -or {b} -and {c}")),
        (std::format!("{a} -or ({b} -and {c})"), std::format!("{a} -or {b} -and {c}")),
        (std::format!("({a} -or {b}) -and {c}"), std::format!("({a} -or {b}) -and {c}")),
        (std::format!("({a} -and {b}) -and {c}"), std::format!("{a} -and {b} -and {c}")),
        (std::format!("{a} -and ({b} -and {c})"), std::format!("{a} -and ({b} -and {c})")),
        (std::format!("-not {a} -and {b}"), std::format!("-not {a} -and {b}")),
        (std::format!("-not ({a} -and {b})"), std::format!("-not ({a} -and {b})")),
        (std::format!("not(not({a}))"), std::format!("-not -not {a}")),
    ] {
        check(&rule, &expected);
    }
}

#[test]
fn devices_have_fifteen_extension_attributes() {
    let numbers: Vec<u8> = (0..=u8::MAX)
        .filter_map(ExtensionAttribute::numbered)
        .map(ExtensionAttribute::number)
        .collect();
    assert_eq!(numbers, (1..=15).collect::<Vec<u8>>());
    let hidden = DeviceProperty::all().filter(|it| it.is_extension_attribute());
    let names: Vec<String> = hidden.map(|it| it.to_string()).collect();
    let expected = numbers.iter().map(|it| std::format!("device.extensionAttribute{it}"));
    assert_eq!(names, expected.collect::<Vec<_>>());
}

#[test]
fn attributes_are_told_in_order_of_their_ids() {
    let text = |it: &str| AttributeValue::Text(String::from(it));
    let mut attributes = AppAttributes::default();
    attributes.assign(AttributeId::new("Engineering", "Project"), text("Baker"));
    attributes.assign(AttributeId::new("CA", "Reg"), text("mfa"));
    attributes.assign(AttributeId::new("engineering", "project"), text("Cascade"));
    let told: Vec<_> = attributes.iter().map(|(id, value)| (id.as_str(), value.clone())).collect();
    assert_eq!(told, [("CA_Reg", text("mfa")), ("Engineering_Project", text("Cascade"))]);
}

#[test]
fn application_rules_name_a_set_and_an_attribute() {
    check_app(
        "customSecurityAttribute.CA_Reg -contains \"registration\" or CustomSecurityAttribute.Größe_数 -in [\"1\"]",
        "CustomSecurityAttribute.CA_Reg -contains \"registration\" -or CustomSecurityAttribute.Größe_数 -in [\"1\"]",
    );
    for (rule, expected) in [
        (
            "CustomSecurityAttribute.Set.Name -eq \"x\"",
            "0: `CustomSecurityAttribute.Set.Name`: unknown application attribute `CustomSecurityAttribute.Set.Name`, join the set and the name with `_`",
        ),
        (
            "CustomSecurityAttribute.A.B_C -eq \"x\"",
            "0: `CustomSecurityAttribute.A.B_C`: unknown application attribute `CustomSecurityAttribute.A.B_C`, join the set and the name with `_`",
        ),
        (
            "CustomSecurityAttribute._Name -eq \"x\"",
            "0: `CustomSecurityAttribute._Name`: unknown application attribute `CustomSecurityAttribute._Name`, join the set and the name with `_`",
        ),
        (
            "device.model -eq \"x\"",
            "0: `device.model`: unknown application attribute `device.model`, attributes look like `CustomSecurityAttribute.Set_Name`",
        ),
        (
            "CustomSecurityAttribute.A_B -eq True",
            "32: `True`: expected a value in double quotes, found `True`",
        ),
    ] {
        check_app(rule, expected);
    }
}

/// Checks rules, each with the error drawn below it where it points.
#[track_caller]
fn check_errors(text: &str) {
    let lines: Vec<&str> =
        text.strip_prefix('\n').unwrap_or(text).lines().map(str::trim_end).collect();
    for pair in lines.chunks(2) {
        let rule = pair[0];
        let error = DeviceFilter::parse(rule).unwrap_err();
        let count = |span: core::ops::Range<usize>| {
            rule.get(span).expect("a span of the rule").chars().count()
        };
        let (before, marks) = (count(0..error.offset), count(error.span()).max(1));
        let drawn = std::format!("{}{} {error}", " ".repeat(before), "^".repeat(marks));
        assert_eq!(drawn, pair[1], "{rule}");
    }
}

#[test]
fn an_unknown_word_brings_the_nearest_one() {
    check_errors(
        r#"
device.isComplient -eq True
^^^^^^^^^^^^^^^^^^ unknown device property `device.isComplient`, maybe `device.isCompliant`?
user.department -eq "x"
^^^^^^^^^^^^^^^ unknown device property `user.department`, properties look like `device.trustType`
device.extensionAttribute16 -eq "x"
^^^^^^^^^^^^^^^^^^^^^^^^^^^ unknown device property `device.extensionAttribute16`, maybe `device.extensionAttribute1`?
xxxxdevice.model -eq "x"
^^^^^^^^^^^^^^^^ unknown device property `xxxxdevice.model`, maybe `device.model`?
xxxxxdevice.model -eq "x"
^^^^^^^^^^^^^^^^^ unknown device property `xxxxxdevice.model`, properties look like `device.trustType`
device.model -contain "x"
             ^^^^^^^^ unknown operator `-contain`, maybe `-contains`?
device.model -match "x"
             ^^^^^^ unknown operator `-match`, use `-eq`, `-ne`, `-startsWith`, `-notStartsWith`, `-endsWith`, `-notEndsWith`, `-contains`, `-notContains`, `-in` or `-notIn`
"#,
    );
}

#[test]
fn a_property_takes_only_its_operators_and_values() {
    check_errors(
        r#"
device.trustType -startsWith "S"
                 ^^^^^^^^^^^ `-startsWith` does not apply to `device.trustType`, use `-eq` or `-ne`
device.deviceId -contains "1"
                ^^^^^^^^^ `-contains` does not apply to `device.deviceId`, use `-eq`, `-ne`, `-in` or `-notIn`
device.systemLabels -eq "x"
                    ^^^ `-eq` does not apply to `device.systemLabels`, use `-contains` or `-notContains`
device.trustType -eq "Hybrid"
                     ^^^^^^^^ `device.trustType` is never `Hybrid`, use `AzureAD`, `ServerAD` or `Workplace`
device.isCompliant -eq yes
                       ^^^ `device.isCompliant` is never `yes`, use `True` or `False`
device.isCompliant -eq (
                       ^ expected `True` or `False`, found `(`
device.model -eq null
                 ^^^^ expected a value in double quotes, found `null`
device.model -eq ["x"]
                 ^ expected a value in double quotes, found `[`
device.model -in "x"
                 ^^^ expected a list in brackets such as `["a", "b"]`, found `"x"`
device.model -in []
                  ^ expected a value in double quotes, found `]`
device.model -in ["x" "y"]
                      ^^^ expected `,` or `]`, found `"y"`
"#,
    );
}

#[test]
fn a_broken_rule_is_marked_where_it_breaks() {
    check_errors(
        r#"

^ expected a device property such as `device.trustType`, found the end of the rule
device.model
            ^ expected an operator such as `-eq`, found the end of the rule
device.model -eq "x
                 ^^ unterminated string: expected a closing `"` before the end of the rule
(device.model -eq "x"
                     ^ expected `-and`, `-or` or `)`, found the end of the rule
device.model -eq "x")
                    ^ expected `-and`, `-or` or the end of the rule, found `)`
device.model -eq "x" device.model -eq "y"
                     ^^^^^^^^^^^^ expected `-and`, `-or` or the end of the rule, found `device.model`
device.model -eq “x”
                 ^ unexpected character `“`, write text in plain double quotes
device.model –eq "x"
             ^ unexpected character `–`, write operators with a plain hyphen
device.model = "x"
             ^ unexpected character `=`
"#,
    );
}

#[test]
fn a_rule_has_at_most_3072_characters() {
    let rule = |characters: usize| {
        let frame = "device.model -eq \"\"".len();
        std::format!("device.model -eq \"{}\"", "ü".repeat(characters - frame))
    };
    assert!(DeviceFilter::parse(&rule(3072)).is_ok());
    let error = DeviceFilter::parse(&rule(3073)).unwrap_err();
    assert_eq!(error.problem, Problem::TooLong);
    assert_eq!(error.span(), rule(3073).len() - 1..rule(3073).len());
}

#[test]
fn nesting_is_bounded_and_chains_are_not() {
    let atom = "device.model -eq \"x\"";
    let nested = |depth: usize| std::format!("{}{atom}{}", "(".repeat(depth), ")".repeat(depth));
    assert!(DeviceFilter::parse(&nested(MAX_NESTING)).is_ok());
    let error = DeviceFilter::parse(&nested(MAX_NESTING + 1)).unwrap_err();
    assert_eq!((error.offset, error.problem), (MAX_NESTING, Problem::TooDeep));
    let negated = std::format!("{}{atom}", "-not ".repeat(MAX_NESTING + 1));
    assert_eq!(DeviceFilter::parse(&negated).unwrap_err().problem, Problem::TooDeep);
    for chain in [std::vec![atom; 100].join(" or "), std::vec![nested(1); 100].join(" or ")] {
        assert_eq!(DeviceFilter::parse(&chain).unwrap().atoms().len(), 100);
    }
}

#[test]
fn hostile_rules_are_answered_at_once() {
    let chain = "device.model-eq\"\"or ".repeat(150) + "device.model-eq\"\"";
    let rules = [
        "-not(".repeat(614),
        "-or".repeat(1000),
        "(".repeat(3072),
        "[".repeat(3072),
        "`\"".repeat(1536),
        std::format!("device.model -eq \"{}", "'".repeat(3000)),
        "a".repeat(1 << 20),
        chain,
    ];
    let start = now();
    for rule in &rules {
        let _ = std::hint::black_box((DeviceFilter::parse(rule), AppFilter::parse(rule)));
    }
    assert!(start.elapsed().as_millis() < 400, "{:?} for {} rules", start.elapsed(), rules.len());
}

#[test]
fn atoms_come_in_the_order_of_the_rule() {
    let filter = DeviceFilter::parse(
        "device.model -in [\"a\", \"b\"] -and -not device.isCompliant -ne False",
    )
    .unwrap();
    let mut shown = String::new();
    for atom in filter.atoms() {
        write!(shown, "{} {} {:?}; ", atom.property(), atom.operator(), atom.values()).unwrap();
    }
    assert_eq!(shown, "device.model -in [\"a\", \"b\"]; device.isCompliant -ne [\"False\"]; ");
}

#[test]
fn an_atom_is_built_only_in_the_form_its_property_permits() {
    let eq = Operator { relation: Relation::Equal, polarity: Polarity::Positive };
    let list = Operator { relation: Relation::In, polarity: Polarity::Positive };
    let texts = |texts: &[&str]| texts.iter().copied().map(String::from).collect::<Vec<_>>();
    let built = |property, operator, values: &[&str]| {
        Atom::new(property, operator, texts(values))
            .map_or_else(|it| it.to_string(), |it| it.to_string())
    };
    assert_eq!(
        built(DeviceProperty::TrustType, eq, &["azuread"]),
        "device.trustType -eq \"AzureAD\""
    );
    assert_eq!(built(DeviceProperty::Model, eq, &["a", "b"]), "`-eq` cannot compare with 2 values");
    assert_eq!(built(DeviceProperty::Model, list, &[]), "`-in` cannot compare with 0 values");
    assert_eq!(
        built(DeviceProperty::ProfileType, list, &["IoT"]),
        "`-in` does not apply to `device.profileType`, use `-eq` or `-ne`"
    );
}

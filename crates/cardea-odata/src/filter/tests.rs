use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::path::Path;
use crate::problem::Code;

fn kim() -> Value {
    json!({
        "id": "7b0e3c1a-0000-4000-8000-00000000000a",
        "displayName": "Kim O'Brien",
        "accountEnabled": true,
        "jobTitle": null,
        "age": 41,
        "createdDateTime": "2026-01-31T12:00:00.0000000Z",
        "imAddresses": ["kim@contoso.example", "k@contoso.example"],
        "assignedLicenses": [
            { "skuId": "184efa21-98c3-4e5d-95ab-d07053a96e67", "disabledPlans": ["a", "b"] },
            { "skuId": "0", "disabledPlans": [] },
        ],
        "conditions": { "users": { "includeUsers": ["All"] } },
        "riskLevels": "low,high",
        "@odata.type": "#microsoft.graph.user",
        "empty": [],
    })
}

#[track_caller]
fn check(filter: &str, expected: bool) {
    let read = Filter::parse(filter).unwrap_or_else(|it| panic!("{filter}: {it}"));
    assert_eq!(read.matches(&kim()), expected, "{filter}");
    assert_eq!(Filter::parse(&read.to_string()).as_ref(), Ok(&read), "{filter} as {read}");
}

#[track_caller]
fn refused(filter: &str, code: Code, message: &str) {
    let problem = Filter::parse(filter).map(|it| it.to_string()).expect_err(filter);
    assert_eq!(problem.code(), code, "{filter}: {problem}");
    assert!(problem.message().contains(message), "{filter}: {problem}");
}

#[test]
fn texts_are_compared_without_case_and_quotes_are_doubled() {
    check("displayName eq 'Kim O''Brien'", true);
    check("displayName eq 'kim o''brien'", true);
    check("displayName eq 'kim'", false);
    check("DisplayName ne 'kim'", true);
    check("id eq 7B0E3C1A-0000-4000-8000-00000000000A", true);
    check("displayName gt 'KIM'", true);
    check("startswith(displayName,'kim ') and endsWith(displayName, 'BRIEN')", true);
    check("contains(displayName,'''')", true);
    check("contains(displayName,'x')", false);
    check("'Kim O''Brien' eq displayName", true);
}

// GR-06
#[test]
fn what_another_language_would_read_as_code_is_text() {
    for text in ["' or 1 eq 1", "'; drop table users--", "%", "_", "\0", "*", "\\", "${x}"] {
        let filter = format!("displayName eq '{}'", text.replace('\'', "''"));
        let object = json!({ "displayName": text });
        let read = Filter::parse(&filter).unwrap();
        assert!(read.matches(&object), "{filter}");
        assert!(!read.matches(&kim()), "{filter}");
    }
    refused("displayName eq '' or 1 eq 1'", Code::BadRequest, "no closing quote");
}

#[test]
fn what_is_not_there_is_null_and_what_is_null_is_left_out() {
    check("jobTitle eq null", true);
    check("nothing eq null and nothing/inside eq null", true);
    check("jobTitle ne null", false);
    check("jobTitle eq 'x'", false);
    check("jobTitle ne 'x'", true);
    check("jobTitle gt 'x' or jobTitle le 'x'", false);
    check("jobTitle ge null", true);
    check("startswith(jobTitle,'x')", false);
    check("not startswith(jobTitle,'x')", false);
    check("startswith(jobTitle,'x') or accountEnabled", true);
    check("not (startswith(jobTitle,'x') and accountEnabled eq false)", true);
}

#[test]
fn numbers_booleans_and_lists_of_values() {
    check("age eq 41.0 and age gt 40 and age lt 1e2 and age ge -5", true);
    check("age in (1, 2, 41)", true);
    check("age eq '41'", false);
    check("accountEnabled eq TRUE", true);
    check("not accountEnabled", false);
    check("displayName in ('kim o''brien','x')", true);
    check("jobTitle in (null)", true);
    check("true", true);
    check("null", false);
}

#[test]
fn dates_are_moments() {
    check("createdDateTime eq 2026-01-31T13:00:00+01:00", true);
    check("createdDateTime ge 2026-01-31 and createdDateTime lt 2026-02-01", true);
    check("createdDateTime gt 2026-01-31T12:00:00.0000001Z", false);
    check("2026-01-31T12:00:00Z le createdDateTime", true);
    check("displayName gt 2026-01-31", false);
    refused("createdDateTime gt 2026-01-31T12:00:00", Code::BadRequest, "no date such as");
    refused("createdDateTime gt 2026-02-30", Code::BadRequest, "no date such as");
    refused("createdDateTime gt 2026-01-31T12:00:00 01:00", Code::BadRequest, "'%2B'");
}

#[test]
fn elements_of_lists() {
    check("imAddresses/any(i:i eq 'KIM@contoso.example')", true);
    check("imAddresses/any(i:startswith(i,'x'))", false);
    check("not(imAddresses/any(i:i eq 'x'))", true);
    check("imAddresses/all(i:endswith(i,'.example'))", true);
    check("conditions/users/includeUsers/any(u:u eq 'all')", true);
    check("assignedLicenses/any(s:s/skuId eq 184efa21-98c3-4e5d-95ab-d07053a96e67)", true);
    check("assignedLicenses/any(s:s/disabledPlans/any(p:p eq 'b' and s/skuId ne '0'))", true);
    check("assignedLicenses/any(s:s/disabledPlans/any(p:p eq 'b' and s/skuId eq '0'))", false);
    check("assignedLicenses/any(s:s/disabledPlans/$count eq 2)", true);
    check("assignedLicenses/$count ne 0 and imAddresses/any()", true);
    check("empty/any() or empty/any(x:x eq null) or nothing/any()", false);
    check("empty/all(x:x eq 'x')", true);
    check("jobTitle/any(x:true)", false);
    // An element of which nothing is known satisfies neither.
    check("assignedLicenses/any(s:startswith(s/nothing,'x'))", false);
    check("assignedLicenses/all(s:startswith(s/nothing,'x'))", false);
}

#[test]
fn flags_and_annotations() {
    check("riskLevels has 'HIGH'", true);
    check("riskLevels has 'low,high'", true);
    check("riskLevels has 'hi'", false);
    check("imAddresses has 'k@contoso.example'", true);
    check("jobTitle has 'x'", false);
    check("@odata.type eq '#microsoft.graph.user'", true);
}

#[test]
fn and_binds_closer_than_or_and_not_closest() {
    check("true or false and false", true);
    check("(true or false) and false", false);
    check("not false or true", true);
    check("not true eq true", false);
    check("NOT (age eq 41) OR accountEnabled AND true", true);
}

#[test]
fn names_of_properties_are_told() {
    let filter = "a/b eq 1 or not c/any(x:x/d eq e) and startswith(f,'') and g/$count eq 1 or h has 'i' or j in (1)";
    let filter = Filter::parse(filter).unwrap();
    assert_eq!(filter.properties().into_iter().collect::<String>(), "acefghj");
}

#[test]
fn a_refusal_says_where_and_what_to_do() {
    refused(
        "displayName eq",
        Code::BadRequest,
        "at position 14 of 'displayName eq': expected a property or a value, found the end",
    );
    refused("displayName eq 'x' y", Code::BadRequest, "expected 'and', 'or' or the end, found 'y'");
    refused("ü eq 'x", Code::BadRequest, "at position 5");
    refused("a eq \"x\"", Code::BadRequest, "the character '\"' cannot stand here");
    refused(
        "tolower(a) eq 'x'",
        Code::UnsupportedQuery,
        "use 'startswith', 'endswith' or 'contains'",
    );
    refused("a/first(x:x eq 1)", Code::UnsupportedQuery, "use 'any' or 'all'");
    refused("a/microsoft.graph.user/b eq 1", Code::UnsupportedQuery, "the cast to");
    refused("a/any(x:b/any(y:y eq x))", Code::UnsupportedQuery, "a list of the element only");
    refused(
        "a/any(x:x/b/any(y:x/b/any(z:true)))",
        Code::UnsupportedQuery,
        "a list of the element only",
    );
    refused("a/any(x:x/b/any(x:true))", Code::BadRequest, "stands for something else already");
    refused("a has b", Code::BadRequest, "flags in quotes");
    refused("a-b eq 1", Code::BadRequest, "neither a name nor a value");
    refused("", Code::BadRequest, "found the end");
    refused("a in ()", Code::BadRequest, "expected a value");
    refused("a eq 1e999", Code::BadRequest, "no number");
    refused("'x'", Code::BadRequest, "expected 'eq'");
}

#[test]
fn nesting_and_length_are_bounded() {
    for (open, close) in [("(", ")"), ("not ", ""), ("not(", ")"), ("a/any(x:", ")")] {
        let deep = |levels: usize| format!("{}true{}", open.repeat(levels), close.repeat(levels));
        let problem = Filter::parse(&deep(5_000)).expect_err(open);
        assert!(matches!(problem.code(), Code::BadRequest | Code::UnsupportedQuery), "{problem}");
        assert!(Filter::parse(&deep(100_000)).is_err(), "{open}");
    }
    let most = format!("{}true{}", "(".repeat(MAX_NESTING), ")".repeat(MAX_NESTING));
    assert!(Filter::parse(&most).is_ok());
    refused(&format!("({most})"), Code::BadRequest, "40 levels");
    let wide = vec!["a eq 1"; 3_000].join(" or ");
    assert!(!Filter::parse(&wide).unwrap().matches(&kim()));
    refused(&"a".repeat(MAX_LENGTH + 1), Code::BadRequest, "longer than");
}

fn literals() -> impl Strategy<Value = Literal> {
    prop_oneof![
        Just(Literal::Null),
        any::<bool>().prop_map(Literal::Bool),
        any::<i64>().prop_map(|it| Literal::Number(it.into())),
        (-1e9..1e9_f64).prop_map(|it| Literal::Number(serde_json::Number::from_f64(it).unwrap())),
        "[ -~äß']{0,8}".prop_map(Literal::Text),
        "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}".prop_map(Literal::Guid),
        (0..4_000_000_000_i64)
            .prop_map(|it| Literal::Instant(jiff::Timestamp::from_second(it).unwrap())),
    ]
}

fn paths() -> impl Strategy<Value = Path> {
    let name = prop_oneof![Just("a"), Just("b"), Just("c")].prop_map(str::to_owned);
    prop::collection::vec(name, 1..3).prop_map(Path::new)
}

fn operands() -> impl Strategy<Value = Operand> {
    prop_oneof![
        paths().prop_map(Operand::Path),
        paths().prop_map(Operand::Count),
        literals().prop_map(Operand::Literal),
    ]
}

fn expressions() -> impl Strategy<Value = Expression> {
    let leaf = prop_oneof![
        (operands(), prop::sample::select(&Comparison::ALL[..]), operands())
            .prop_map(|(left, comparison, right)| Expression::Compare(left, comparison, right)),
        (operands(), prop::collection::vec(literals(), 1..4))
            .prop_map(|(operand, values)| Expression::In(operand, values)),
        (prop::sample::select(&TextFunction::ALL[..]), operands(), operands())
            .prop_map(|(function, text, part)| Expression::Text(function, text, part)),
        paths().prop_map(|it| Expression::Holds(Operand::Path(it))),
        (paths(), prop::collection::vec("[a-z]{1,4}", 1..3))
            .prop_map(|(path, flags)| Expression::Has(path, flags)),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        let several = || prop::collection::vec(inner.clone(), 2..4);
        let quantifier = prop_oneof![Just(Quantifier::Any), Just(Quantifier::All)];
        prop_oneof![
            several().prop_map(Expression::And),
            several().prop_map(Expression::Or),
            inner.clone().prop_map(|it| Expression::Not(Box::new(it))),
            (paths(), quantifier, literals()).prop_map(|(list, quantifier, value)| {
                let root = crate::Root::Variable { depth: 0, name: "x".into() };
                let element = Operand::Path(Path { root, names: vec!["b".into()] });
                let body = Expression::Compare(element, Comparison::Equal, Operand::Literal(value));
                let body = Box::new(body);
                Expression::Elements(Lambda { list, quantifier, variable: "x".into(), body })
            }),
        ]
    })
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "[a-c ]{0,3}".prop_map(Value::from),
        Just(json!("2026-11-30T09:15:00Z")),
    ];
    leaf.prop_recursive(3, 16, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map("[a-c]", inner, 0..3)
                .prop_map(|it| Value::Object(it.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(expression in expressions()) {
        let text = expression.to_string();
        prop_assert_eq!(parse::expression(&text), Ok(expression), "{}", text);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[ -~]{0,60}|([(),/:' ]|and|or|not|eq|in|any|all|a|x|1|null){0,30}") {
        if let Ok(filter) = Filter::parse(&text) {
            filter.matches(&kim());
            prop_assert_eq!(Filter::parse(&filter.to_string()), Ok(filter));
        }
    }

    #[test]
    fn the_laws_of_three_truth_values_hold(a in expressions(), b in expressions(), object in values()) {
        let of = |expression: Expression| evaluate::holds(&expression, &object);
        let not = |it: &Expression| Expression::Not(Box::new(it.clone()));
        let both = Expression::And(vec![a.clone(), b.clone()]);
        let either = Expression::Or(vec![a.clone(), b.clone()]);
        prop_assert_eq!(of(both.clone()), of(a.clone()) && of(b.clone()));
        prop_assert_eq!(of(either.clone()), of(a.clone()) || of(b.clone()));
        // De Morgan, and nothing is both.
        prop_assert_eq!(of(not(&both)), of(not(&a)) || of(not(&b)));
        prop_assert_eq!(of(not(&either)), of(not(&a)) && of(not(&b)));
        prop_assert!(!(of(a.clone()) && of(not(&a))));
        prop_assert_eq!(of(not(&not(&a))), of(a));
    }
}

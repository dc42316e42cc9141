use super::laws::{app_filter, attributes, device, device_filter};
use super::*;
use alloc::collections::BTreeSet;

const LIMIT: usize = 4096;

fn truths(filters: &[DeviceFilter], device: &DeviceFacts) -> Vec<bool> {
    filters.iter().map(|it| it.matches(Some(device))).collect()
}

fn parsed(rules: &[&str]) -> Vec<DeviceFilter> {
    rules.iter().map(|it| DeviceFilter::parse(it).unwrap()).collect()
}

/// How many cases there are, whether they are all, and that no two are alike.
#[track_caller]
fn check(rules: &[&str], count: usize, coverage: Coverage) {
    let filters = parsed(rules);
    let found = representative_devices(&filters, &[], LIMIT);
    let distinct: BTreeSet<Vec<bool>> = found.cases.iter().map(|it| truths(&filters, it)).collect();
    assert_eq!(
        (distinct.len(), found.coverage),
        (count, coverage),
        "{rules:?}: {:#?}",
        found.cases
    );
}

#[test]
fn each_filter_adds_the_cases_it_distinguishes() {
    check(&[], 1, Coverage::Complete);
    check(&["device.isCompliant -eq True"], 2, Coverage::Complete);
    check(&["device.isCompliant -eq True", "device.isCompliant -ne True"], 2, Coverage::Complete);
    check(&["device.isCompliant -eq True", "device.isCompliant -eq False"], 3, Coverage::Complete);
    check(
        &["device.isCompliant -eq True", "device.trustType -eq \"ServerAD\""],
        4,
        Coverage::Complete,
    );
    check(&["device.model -eq \"x\" -and device.model -eq \"y\""], 1, Coverage::Complete);
    check(&["device.model -startsWith \"x\"", "device.model -eq \"x\""], 3, Coverage::Complete);
    check(
        &["device.model -startsWith \"x\"", "device.model -endsWith \"y\""],
        4,
        Coverage::Complete,
    );
    check(
        &["device.model -startsWith \"x\"", "device.model -startsWith \"xy\""],
        3,
        Coverage::Complete,
    );
    check(&["device.model -contains \"x\"", "device.model -contains \"y\""], 4, Coverage::Complete);
    check(&["device.model -contains \"\""], 2, Coverage::Complete);
    check(
        &["device.systemLabels -contains \"x\"", "device.systemLabels -contains \"y\""],
        4,
        Coverage::Complete,
    );
    check(
        &["device.deviceId -in [\"1\", \"2\"]", "device.deviceId -eq \"1\""],
        3,
        Coverage::Complete,
    );
}

#[test]
fn an_extension_attribute_is_seen_on_devices_of_every_compliance() {
    check(&["device.extensionAttribute1 -eq \"SAW\""], 2, Coverage::Complete);
    check(
        &["device.extensionAttribute1 -eq \"SAW\"", "device.isCompliant -eq True"],
        4,
        Coverage::Complete,
    );
    check(
        &[
            "device.extensionAttribute1 -eq \"SAW\"",
            "device.mdmAppId -eq \"x\" -or device.isCompliant -eq True",
        ],
        4,
        Coverage::Complete,
    );
}

#[test]
fn distinguished_properties_take_every_value() {
    let found = representative_devices(
        &parsed(&["device.model -eq \"x\""]),
        &[DeviceProperty::IsCompliant, DeviceProperty::TrustType],
        LIMIT,
    );
    let seen: BTreeSet<_> =
        found.cases.iter().map(|it| (it.compliance, it.trust_type, it.model.is_some())).collect();
    assert_eq!((seen.len(), found.cases.len()), (3 * 3 * 2, 3 * 3 * 2));
}

#[test]
fn a_limit_that_is_just_enough_leaves_nothing_out() {
    let filters = parsed(&["device.model -eq \"x\""]);
    let found = |limit| {
        let found = representative_devices(&filters, &[], limit);
        (found.cases.len(), found.coverage)
    };
    assert_eq!(found(1), (1, Coverage::Partial));
    assert_eq!(found(2), (2, Coverage::Complete));
    assert_eq!(found(3), (2, Coverage::Complete));
}

#[test]
fn cases_that_differ_in_fewer_properties_come_first() {
    let filters = parsed(&[
        "device.displayName -eq \"x\"",
        "device.manufacturer -eq \"x\"",
        "device.model -eq \"x\"",
    ]);
    let found = representative_devices(&filters, &[], LIMIT);
    let hits = |it: &DeviceFacts| truths(&filters, it).into_iter().filter(|it| *it).count();
    let hits: Vec<usize> = found.cases.iter().map(hits).collect();
    assert_eq!(hits, [0, 1, 1, 1, 2, 2, 2, 3]);
}

#[test]
fn the_limit_keeps_the_plainest_cases_and_says_so() {
    let rules: Vec<String> =
        (1..=15).map(|it| std::format!("device.extensionAttribute{it} -eq \"x\"")).collect();
    let filters = parsed(&rules.iter().map(String::as_str).collect::<Vec<_>>());
    let found = representative_devices(&filters, &[], 100);
    assert_eq!((found.cases.len(), found.coverage), (100, Coverage::Partial));
    let hit = |it: &DeviceFacts| truths(&filters, it).into_iter().filter(|it| *it).count();
    assert_eq!(found.cases.iter().filter(|it| hit(it) == 0).count(), 1);
    assert_eq!(found.cases.iter().filter(|it| hit(it) == 1).count(), 15);
    assert_eq!(representative_devices(&filters, &[], 0).cases.len(), 1);
}

#[test]
fn parts_of_a_text_stand_apart_whatever_an_operand_holds() {
    for between in ['-', '\u{2026}', '~', '\0'] {
        let rules = [std::format!("a{between}b"), String::from("a"), String::from("b")]
            .map(|operand| std::format!("device.model -contains \"{operand}\""));
        let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
        // None of them, one letter, both letters, and both letters joined.
        check(&rules, 5, Coverage::Complete);
    }
}

#[test]
fn texts_that_are_too_many_to_try_are_said_to_be() {
    let covered = |ends: usize| {
        let each = |operator: &str, count: usize, letter: char| {
            let operands = (0..count).map(|it| std::format!("{letter}{it}"));
            operands
                .map(|it| std::format!("device.model -{operator} \"{it}\""))
                .collect::<Vec<String>>()
        };
        let rules =
            [each("contains", 6, 'c'), each("startsWith", 7, 's'), each("endsWith", ends, 'e')];
        let rules = rules.concat();
        let filters = parsed(&rules.iter().map(String::as_str).collect::<Vec<_>>());
        representative_devices(&filters, &[], 10_000).coverage
    };
    // With no start and no end among them: 64 times 8 times 8, and 64 times 8 times 9.
    assert_eq!(covered(7), Coverage::Complete);
    assert_eq!(covered(8), Coverage::Partial);
}

#[test]
fn each_combination_of_labels_to_be_distinguished_comes_once() {
    let rules: Vec<String> =
        (1..=7).map(|it| std::format!("device.systemLabels -contains \"{it}\"")).collect();
    let filters = parsed(&rules.iter().map(String::as_str).collect::<Vec<_>>());
    let found = representative_devices(&filters, &[DeviceProperty::SystemLabels], LIMIT);
    assert_eq!(found.cases.len(), 1 + 7 + 21 + 1);
}

#[test]
fn of_many_labels_single_ones_pairs_and_all_are_combined() {
    let rules: Vec<String> =
        (1..=7).map(|it| std::format!("device.systemLabels -contains \"{it}\"")).collect();
    let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
    check(&rules[..6], 64, Coverage::Complete);
    check(&rules, 1 + 7 + 21 + 1, Coverage::Partial);
}

#[test]
fn the_plainest_resource_has_no_attributes() {
    let filters = [
        "CustomSecurityAttribute.CA_Reg -contains \"a\"",
        "CustomSecurityAttribute.CA_Reg -eq \"b\"",
    ]
    .map(|it| AppFilter::parse(it).unwrap());
    let found = representative_attributes(&filters, LIMIT);
    assert_eq!(found.cases.first(), Some(&AppAttributes::default()));
    assert_eq!((found.cases.len(), found.coverage), (4, Coverage::Complete));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_registered_device_is_unlike_all_representatives(
        filters in proptest::collection::vec(device_filter(4), 1..4),
        devices in proptest::collection::vec(device(), 16),
    ) {
        let found = representative_devices(&filters, &[], LIMIT);
        let known: BTreeSet<Vec<bool>> = found.cases.iter().map(|it| truths(&filters, it)).collect();
        prop_assert_eq!(found.coverage, Coverage::Complete);
        for device in &devices {
            prop_assert!(known.contains(&truths(&filters, device)), "{device:?}");
        }
    }

    #[test]
    fn no_resource_is_unlike_all_representatives(
        filters in proptest::collection::vec(app_filter(3), 1..3),
        resources in proptest::collection::vec(attributes(), 32),
    ) {
        let truths = |it: &AppAttributes| -> Vec<bool> { filters.iter().map(|f| f.matches(it)).collect() };
        let found = representative_attributes(&filters, LIMIT);
        let known: BTreeSet<Vec<bool>> = found.cases.iter().map(truths).collect();
        if found.coverage == Coverage::Complete {
            for resource in &resources {
                prop_assert!(known.contains(&truths(resource)), "{resource:?}");
            }
        }
    }
}

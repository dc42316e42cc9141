use super::*;

/// A device in a few words: `name=value` separated by blanks, or `unregistered`.
fn device(words: &str) -> Option<DeviceFacts> {
    let mut facts = DeviceFacts::default();
    for word in words.split_whitespace() {
        if word == "unregistered" {
            return None;
        }
        let (name, value) = word.split_once('=').expect("name=value");
        let property = DeviceProperty::named(&std::format!("device.{name}")).expect("a property");
        let value = match property.kind() {
            Kind::Collection => {
                AttributeValue::Collection(value.split(',').map(String::from).collect())
            }
            Kind::Identifier | Kind::Text | Kind::Truth | Kind::Choice(_) => {
                AttributeValue::Text(String::from(value))
            }
        };
        facts.set(property, Some(value));
    }
    Some(facts)
}

/// Checks lines of the form `rule | device | yes or no`.
#[track_caller]
fn check(table: &str) {
    for line in table.trim().lines() {
        let [rule, words, expected] =
            line.split(" | ").map(str::trim).collect::<Vec<_>>().try_into().expect("three columns");
        let matches = DeviceFilter::parse(rule).unwrap().matches(device(words).as_ref());
        assert_eq!(if matches { "yes" } else { "no" }, expected, "{line}");
    }
}

#[test]
fn an_unregistered_device_matches_negative_operators_and_no_positive_one() {
    check(
        r#"
        device.extensionAttribute1 -ne "SAW"             | unregistered | yes
        device.isCompliant -eq True                      | unregistered | no
        device.isCompliant -eq False                     | unregistered | no
        device.isCompliant -ne False                     | unregistered | yes
        device.model -startsWith ""                      | unregistered | no
        device.model -notStartsWith ""                   | unregistered | yes
        device.model -endsWith "x"                       | unregistered | no
        device.model -notEndsWith "x"                    | unregistered | yes
        device.model -contains "x"                       | unregistered | no
        device.model -notContains "x"                    | unregistered | yes
        device.deviceId -in ["x"]                        | unregistered | no
        device.deviceId -notIn ["x"]                     | unregistered | yes
        device.systemLabels -contains "x"                | unregistered | no
        device.systemLabels -notContains "x"             | unregistered | yes
        -not device.isCompliant -eq True                 | unregistered | yes
        device.trustType -ne "ServerAD" -or device.isCompliant -ne True | unregistered | yes
        "#,
    );
}

#[test]
fn extension_attributes_show_only_on_managed_compliant_or_hybrid_joined_devices() {
    check(
        r#"
        device.extensionAttribute1 -eq "SAW" | extensionAttribute1=SAW                         | no
        device.extensionAttribute1 -ne "SAW" | extensionAttribute1=SAW                         | yes
        device.extensionAttribute1 -eq "SAW" | extensionAttribute1=SAW mdmAppId=intune         | yes
        device.extensionAttribute1 -eq "SAW" | extensionAttribute1=SAW isCompliant=True        | yes
        device.extensionAttribute1 -eq "SAW" | extensionAttribute1=SAW isCompliant=False       | no
        device.extensionAttribute1 -eq "SAW" | extensionAttribute1=SAW trustType=ServerAD      | yes
        device.extensionAttribute1 -eq "SAW" | extensionAttribute1=SAW trustType=AzureAD       | no
        device.extensionAttribute15 -eq "SAW" | extensionAttribute15=SAW trustType=ServerAD    | yes
        device.extensionAttribute14 -eq "SAW" | extensionAttribute15=SAW trustType=ServerAD    | no
        "#,
    );
}

#[test]
fn texts_compare_without_regard_to_case() {
    check(
        r#"
        device.displayName -eq "paw-7"              | displayName=PAW-7     | yes
        device.displayName -eq "paw-7"              | displayName=PAW-77    | no
        device.displayName -startsWith "paw"        | displayName=PAW-7     | yes
        device.displayName -startsWith "aw"         | displayName=PAW-7     | no
        device.displayName -endsWith "W-7"          | displayName=paw-7     | yes
        device.displayName -endsWith "W-"           | displayName=paw-7     | no
        device.displayName -contains "AW-"          | displayName=paw-7     | yes
        device.displayName -contains "paw-77"       | displayName=paw-7     | no
        device.displayName -notContains "AW-"       | displayName=paw-7     | no
        device.displayName -in ["x", "paw-7"]       | displayName=PAW-7     | yes
        device.displayName -notIn ["x", "paw-7"]    | displayName=PAW-7     | no
        device.displayName -eq "GRÜN"               | displayName=grün      | yes
        device.displayName -startsWith "Ü"          | displayName=übung     | yes
        device.displayName -endsWith "Ü"            | displayName=Menü      | yes
        device.displayName -contains "ENÜ"          | displayName=xMenü7    | yes
        device.displayName -contains "ENÜX"         | displayName=xMenü7    | no
        device.displayName -contains ""             | displayName=x         | yes
        device.trustType -eq "serverad"             | trustType=ServerAD    | yes
        device.deviceOwnership -eq "Company"        | deviceOwnership=Personal | no
        device.deviceOwnership -eq "Company"        | deviceOwnership=company  | yes
        device.deviceOwnership -eq "Personal"       | deviceOwnership=Personal | yes
        device.profileType -ne "Printer"            | profileType=IoT       | yes
        device.profileType -eq "iot"                | profileType=IoT       | yes
        device.profileType -eq "SecureVM"           | profileType=SecureVM  | yes
        "#,
    );
}

#[test]
fn a_letter_outside_ascii_may_be_the_capital_of_one_inside() {
    let table = r#"
        device.displayName -eq "k7"          | displayName=KELVIN7    | yes
        device.displayName -startsWith "K"   | displayName=KELVIN7    | yes
        device.displayName -endsWith "7k"    | displayName=7KELVIN    | yes
        device.displayName -contains "ak"    | displayName=xAKELVINx  | yes
        device.displayName -eq "k7"          | displayName=xKELVIN    | no
        "#;
    check(&table.replace("KELVIN", "\u{212a}"));
}

#[test]
fn a_collection_is_compared_element_by_element() {
    check(
        r#"
        device.physicalIds -contains "[ZTDId]:1"     | physicalIds=[OrderId]:9,[ztdid]:1 | yes
        device.physicalIds -contains "[ZTDId]"       | physicalIds=[OrderId]:9,[ztdid]:1 | no
        device.physicalIds -notContains "[ZTDId]"    | physicalIds=[OrderId]:9,[ztdid]:1 | yes
        device.systemLabels -notContains "MultiUser" | systemLabels=M365Managed,MultiUser | no
        "#,
    );
}

#[test]
fn connectives_mean_what_they_say() {
    check(
        r#"
        device.isCompliant -eq True -or device.trustType -eq "ServerAD"   | trustType=ServerAD                   | yes
        device.isCompliant -eq True -and device.trustType -eq "ServerAD"  | trustType=ServerAD                   | no
        device.isCompliant -ne True -and device.trustType -ne "ServerAD"  | trustType=AzureAD isCompliant=True   | no
        -not (device.isCompliant -eq True -or device.model -eq "x")       | model=y                              | yes
        device.model -eq "x" -or device.model -eq "y" -and device.isCompliant -eq True | model=x              | yes
        (device.model -eq "x" -or device.model -eq "y") -and device.isCompliant -eq True | model=x            | no
        "#,
    );
}

#[test]
fn a_long_text_is_searched_in_linear_time() {
    let filter =
        DeviceFilter::parse(&std::format!("device.model -contains \"{}b\"", "a".repeat(3000)))
            .unwrap();
    let mut facts = DeviceFacts { model: Some("a".repeat(1 << 20)), ..DeviceFacts::default() };
    let start = now();
    assert!(!filter.matches(Some(&facts)));
    facts.model = facts.model.map(|it| it + "B");
    assert!(filter.matches(Some(&facts)));
    assert!(start.elapsed().as_secs() < 2, "{:?}", start.elapsed());
}

/// Checks lines of the form `rule | attributes | yes or no`; an attribute is `Id=text`, or
/// `Id=[one,two]` if it takes several values.
#[track_caller]
fn check_app(table: &str) {
    for line in table.trim().lines() {
        let [rule, words, expected] =
            line.split(" | ").map(str::trim).collect::<Vec<_>>().try_into().expect("three columns");
        let attributes: AppAttributes = words
            .split_whitespace()
            .filter_map(|it| it.split_once('='))
            .map(|(id, value)| {
                let (set, name) = id.split_once('_').expect("Set_Name");
                let several = value.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
                let value = several.map_or_else(
                    || AttributeValue::Text(String::from(value)),
                    |it| AttributeValue::Collection(it.split(',').map(String::from).collect()),
                );
                (AttributeId::new(set, name), value)
            })
            .collect();
        let matches = AppFilter::parse(rule).unwrap().matches(&attributes);
        assert_eq!(if matches { "yes" } else { "no" }, expected, "{line}");
    }
}

#[test]
fn an_application_matches_by_its_attributes() {
    check_app(
        r#"
        CustomSecurityAttribute.CA_Reg -contains "registration"    | CA_Reg=[mfa,Registration]  | yes
        CustomSecurityAttribute.ca_reg -contains "registration"    | CA_Reg=[registration]      | yes
        CustomSecurityAttribute.CA_Reg -contains "regist"          | CA_Reg=[registration]      | no
        CustomSecurityAttribute.CA_Reg -contains "regist"          | CA_Reg=registration        | yes
        CustomSecurityAttribute.CA_Reg -startsWith "regist"        | CA_Reg=[mfa,registration]  | yes
        CustomSecurityAttribute.CA_Reg -eq "mfa"                   | CA_Reg=[mfa,registration]  | yes
        CustomSecurityAttribute.CA_Reg -ne "mfa"                   | CA_Reg=[mfa,registration]  | no
        CustomSecurityAttribute.CA_Reg -in ["x", "MFA"]            | CA_Reg=mfa                 | yes
        CustomSecurityAttribute.CA_Reg -eq "mfa"                   | CA_Other=mfa               | no
        CustomSecurityAttribute.CA_Reg -ne "mfa"                   | none                       | yes
        CustomSecurityAttribute.CA_Reg -notContains "mfa"          | CA_Reg=[]                  | yes
        "#,
    );
}

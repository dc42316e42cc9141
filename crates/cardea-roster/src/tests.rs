use proptest::prelude::*;

use super::*;

/// The people and the problems of a table, a line each.
fn shown(text: &str) -> String {
    let roster = read(text);
    let people = roster.people.iter().map(|it| {
        let mut user = json!(it.user);
        user.sort_all_objects();
        format!("{} {user}\n", it.line)
    });
    people.chain(roster.problems.iter().map(|it| format!("{it}\n"))).collect()
}

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(shown(text), expected, "{text}");
}

#[test]
fn the_template_of_entra_is_read() {
    check(
        "version:v1.0,,,,,,\n\
        Name [displayName] Required,User name [userPrincipalName] Required,Initial password [passwordProfile] Required,Block sign in (Yes/No) [accountEnabled] Required,Usage location [usageLocation],Office [physicalDeliveryOfficeName],Office phone [telephoneNumber]\n\
        Kim B,kim@contoso.com,s3cret,No,de,\"1, West\",+49 1\n\
        Max,max@contoso.com,s3cret,Yes,,,\n",
        concat!(
            r#"3 {"accountEnabled":true,"businessPhones":["+49 1"],"displayName":"Kim B","mailNickname":"kim","officeLocation":"1, West","passwordProfile":{"forceChangePasswordNextSignIn":true,"password":"s3cret"},"usageLocation":"DE","userPrincipalName":"kim@contoso.com"}"#,
            "\n",
            r#"4 {"accountEnabled":false,"displayName":"Max","mailNickname":"max","passwordProfile":{"forceChangePasswordNextSignIn":true,"password":"s3cret"},"userPrincipalName":"max@contoso.com"}"#,
            "\n",
        ),
    );
}

#[test]
fn headings_may_be_properties_and_separators_what_a_spreadsheet_writes() {
    let expected = concat!(
        r#"2 {"accountEnabled":true,"displayName":"A \"B\"","mailNickname":"a","otherMails":["x@y","z@y"],"userPrincipalName":"a@b.c"}"#,
        "\n"
    );
    check(
        "\u{feff}UserPrincipalName;displayname;otherMails\r\na@b.c;\"A \"\"B\"\"\";\"x@y; z@y\"\r\n",
        expected,
    );
    check("userPrincipalName\tdisplayName\totherMails\na@b.c\tA \"B\"\tx@y;z@y", expected);
    check(
        "userPrincipalName,displayName,accountEnabled\na@b.c,A,FALSE\n",
        concat!(
            r#"2 {"accountEnabled":false,"displayName":"A","mailNickname":"a","userPrincipalName":"a@b.c"}"#,
            "\n"
        ),
    );
}

#[test]
fn every_problem_is_told_with_its_line() {
    check(
        "version:v1.0\n\n\
        displayName,userPrincipalName,accountEnabled,usageLocation,jobTitel\n\
        Kim,kim,maybe,Germany,x\n\
        \n\
        ,a@b.c\n\
        Lee,lee@b.c,yes,DE,,more\n\
        Max,A@B.C\n\
        Max,LEE@B.C\n\
        Example: Chris Green,chris@contoso.com\n",
        "line 3, `jobTitel`: the column has no meaning here; maybe `jobTitle`?\n\
        line 4, `userPrincipalName`: `kim` is no name to sign in with, such as `kim@contoso.com`\n\
        line 4, `accountEnabled`: `maybe` is neither `Yes` nor `No`\n\
        line 4, `usageLocation`: `Germany` is no country of two letters, such as `DE`\n\
        line 6, `displayName`: every person needs a value\n\
        line 7: the line has 6 values for 5 columns; put values with a separator in double quotes\n\
        line 8, `userPrincipalName`: line 6 has the same name; one name is one person\n\
        line 9, `userPrincipalName`: line 7 has the same name; one name is one person\n\
        line 10, `displayName`: this is the example of the template; remove the line\n",
    );
}

#[test]
fn a_table_without_what_every_person_needs_has_no_people() {
    check("", "line 1: the table is empty; its first line names the columns\n");
    check("version:v1.0\n", "line 1: the table is empty; its first line names the columns\n");
    check(
        "name,name,\na,b,c\n",
        "line 1, `name`: the column has no meaning here; remove it\n\
        line 1, `name`: the column has no meaning here; remove it\n\
        line 1: a column has no heading; name it or remove it\n\
        line 1, `userPrincipalName`: the column is missing, and every person needs it\n\
        line 1, `displayName`: the column is missing, and every person needs it\n",
    );
    check(
        "displayName,userPrincipalName,DisplayName\n",
        "line 1, `DisplayName`: the column is there twice; remove one\n",
    );
}

#[test]
fn a_quote_that_is_not_closed_is_told_where_it_opens() {
    check(
        "displayName,userPrincipalName\nKim,k@b.c\n\"Max,m@b.c\nLee,l@b.c\n",
        concat!(
            r#"2 {"accountEnabled":true,"displayName":"Kim","mailNickname":"k","userPrincipalName":"k@b.c"}"#,
            "\nline 3: a value has no closing double quote, so the lines after it belong to it\n"
        ),
    );
    check(
        "displayName,userPrincipalName\n\"Kim\nB\",k@b.c\nMax,m m@b.c\n",
        "line 2, `displayName`: the value has a line break or another control character in it\n\
        line 4, `userPrincipalName`: `m m@b.c` is no name to sign in with, such as `kim@contoso.com`\n",
    );
}

#[test]
fn lines_may_end_in_each_of_the_three_ways() {
    for end in ["\n", "\r\n", "\r"] {
        let text = ["displayName,userPrincipalName", "A,a@b.c", "", "B,b", "C,c@b.c"].join(end);
        let roster = read(&text);
        let lines: Vec<u64> = roster.people.iter().map(|it| it.line).collect();
        assert_eq!((lines, roster.problems[0].line), (vec![2, 5], 4), "{end:?}");
    }
}

#[test]
fn a_quote_inside_of_a_value_stands_for_itself() {
    let roster = read("displayName,userPrincipalName\nKim 5\" B,k@b.c\nMax,m@b.c\n");
    assert_eq!(roster.problems, []);
    assert_eq!(roster.people[0].user["displayName"], "Kim 5\" B");
}

#[test]
fn a_password_is_never_told() {
    let long = "s3cret".repeat(100);
    let text =
        format!("displayName,userPrincipalName,password\nA,a@b.c,{long}\nB,b@b.c,\"s3c\nret\"\n");
    let problems = read(&text).problems;
    assert_eq!(problems.len(), 2);
    assert!(!format!("{problems:?}").contains("s3c"), "{problems:?}");
}

#[test]
fn people_and_problems_are_bounded() {
    let lines = (0..=MAX_PEOPLE).map(|it| format!("A,{it}@b.c"));
    let heading = "displayName,userPrincipalName".to_owned();
    let text: Vec<String> = std::iter::once(heading).chain(lines).collect();
    let roster = read(&text.join("\n"));
    assert_eq!(roster.people.len(), MAX_PEOPLE);
    assert_eq!(
        roster.problems[0].to_string(),
        "line 50002: the table has more than 50000 people; make several of it"
    );
    let wrong = format!("displayName,userPrincipalName\n{}", "A,x\n".repeat(MAX_PROBLEMS + 7));
    let roster = read(&wrong);
    assert_eq!((roster.problems.len(), roster.further_problems), (MAX_PROBLEMS, 7));
    assert!(roster.people.is_empty());
}

proptest! {
    #[test]
    fn any_text_is_read_and_problems_have_lines_of_it(text in "(displayName|userPrincipalName|[,;\"\n\r\t ]|a@b|Yes|version:){0,40}") {
        let roster = read(&text);
        let last = text.replace("\r\n", "\n").matches(['\n', '\r']).count() + 1;
        for line in roster.problems.iter().map(|it| it.line).chain(roster.people.iter().map(|it| it.line)) {
            prop_assert!(usize::try_from(line).unwrap() <= last, "{} of {}", line, last);
        }
    }

    #[test]
    fn what_stands_in_quotes_comes_out(names in prop::collection::vec("[ -~äß]{0,12}x", 1..6), blank in 0..3_usize) {
        let line = |(number, name): (usize, &String)| {
            let empty = "\n".repeat(blank);
            format!("{empty}\"{}\",{number}@b.c\n", name.replace('"', "\"\""))
        };
        let lines: Vec<String> = names.iter().enumerate().map(line).collect();
        let text = format!("displayName,userPrincipalName\n{}", lines.concat());
        let roster = read(&text);
        prop_assert_eq!(&roster.problems, &[]);
        for (number, (person, name)) in roster.people.iter().zip(&names).enumerate() {
            prop_assert_eq!(person.user["displayName"].as_str(), Some(name.trim()));
            prop_assert_eq!(usize::try_from(person.line).unwrap(), 2 + number + blank * (number + 1));
        }
        prop_assert_eq!(roster.people.len(), names.len());
    }
}

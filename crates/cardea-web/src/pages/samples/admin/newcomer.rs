use super::{Album, Taken};
use crate::pages::admin::newcomer::{NewGroup, NewPerson, PeopleTable, Row, RowFate, TablePreview};

pub(super) fn take(album: &mut Album<'_>) -> Taken {
    let person = NewPerson {
        desk: album.desk(),
        name: album.text("Kim Duarte"),
        upn: album.text("kim@contoso.example"),
        domain: album.text("contoso.example"),
        groups: album.pairs(&[("g1", "Sales"), ("g2", "Field crew")]),
        chosen: vec![album.text("g1")],
        wrong: Vec::new(),
    };
    album.add("admin-person-new", &person)?;
    let wrong =
        vec![("upn".to_owned(), album.text("Lee Sato has this name, or one that looks the same."))];
    album.add("admin-person-new-wrong", &NewPerson { wrong, groups: Vec::new(), ..person })?;
    let group = NewGroup {
        desk: album.desk(),
        name: album.text("Trial"),
        description: album.text("First to use passkeys"),
        wrong: Vec::new(),
    };
    album.add("admin-group-new", &group)?;
    let text = album.text("displayName,userPrincipalName\nKim Duarte,kim@contoso.example\n");
    let table = PeopleTable { desk: album.desk(), text: text.clone(), fault: String::new() };
    album.add("admin-people-table", &table)?;
    let row = |line, name: &str, fate| Row {
        line,
        name: album.text(name),
        upn: album.text("kim@contoso.example"),
        fate,
    };
    let preview = TablePreview {
        people: vec![row(2, "Kim Duarte", RowFate::New), row(3, "Lee Sato", RowFate::There)],
        left: vec![album.text("line 4, `userPrincipalName`: it has no domain")],
        panel: album.proved(),
        desk: album.desk(),
        text,
    };
    album.add("admin-people-table-preview", &preview)
}

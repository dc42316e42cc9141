use super::*;

fn place(folder: &Path) -> Where {
    Where { data: folder.to_owned(), database: None, key_file: None }
}

#[test]
fn a_folder_without_a_tenant_is_no_place_for_a_command() {
    let folder = tempfile::tempdir().unwrap();
    let error = Folder::existing(&place(folder.path())).unwrap_err().to_string();
    assert!(error.contains("there is no tenant"), "{error}");
}

#[test]
fn whoever_wants_the_folder_alone_waits_for_all_others() {
    let folder = tempfile::tempdir().unwrap();
    let server = Folder::create(folder.path()).unwrap();
    fs::write(server.path(DATABASE_FILE), "").unwrap();
    let command = Folder::existing(&place(folder.path())).unwrap();
    assert!(Folder::alone(&place(folder.path())).unwrap_err().to_string().contains("is using"));
    drop((server, command));
    let _alone = Folder::alone(&place(folder.path())).unwrap();
    assert!(Folder::create(folder.path()).unwrap_err().to_string().contains("at work"));
}

#[cfg(unix)]
#[test]
fn secrets_are_their_owners_and_a_key_that_everybody_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let data = Folder::create(&folder.path().join("data")).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder.path().join("data")), 0o700);
    let made = data.sealing_key(None).unwrap();
    let path = data.path(KEY_FILE);
    assert_eq!(mode(&path), 0o600);
    assert_eq!(*data.sealing_key(None).unwrap().to_text(), *made.to_text());
    fs::set_permissions(&path, fs::Permissions::from_mode(0o604)).unwrap();
    assert!(data.sealing_key(None).unwrap_err().to_string().contains("everybody"));
}

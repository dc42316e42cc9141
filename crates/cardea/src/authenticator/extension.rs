//! `cardea authenticator install-extension`: the browser's half, which is inside of this program.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::ValueEnum;
use serde_json::json;

use super::place::{self, Where};
use crate::arguments::HELP;
use crate::exit::Exit;
use crate::output::Output;
use crate::write::{Target, replace};

const EXAMPLES: &str = "\
Examples:
  cardea authenticator install-extension
  cardea authenticator install-extension --browser chrome
  cardea authenticator install-extension --remove";

/// The name by which the extension asks the browser for this program.
const HOST: &str = "cardea.authenticator";
/// The extension's id, which follows from the `key` of its manifest.
const ID: &str = "egeifhibclagbbdbgaldmgfgfhlepdlb";

const FILES: [(&str, &str); 2] = [
    ("manifest.json", include_str!("../../../../extension/manifest.json")),
    ("background.js", include_str!("../../../../extension/background.js")),
];

/// Writes the extension for Chromium and what it needs to reach Authenticator
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, help_template = HELP)]
pub(super) struct Arguments {
    /// The browser
    #[arg(long, value_name = "NAME", default_value = "chromium")]
    browser: Browser,
    /// Where the browser keeps its data, if it was started with an option of that name
    #[arg(long, value_name = "DIR")]
    user_data_dir: Option<PathBuf>,
    /// The folder for the extension; without, one beside the vault
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
    /// Remove what was written
    #[arg(long)]
    remove: bool,
}

/// A browser that has the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Browser {
    Chromium,
    Chrome,
}

/// What is written where.
struct Files {
    extension: PathBuf,
    launcher: PathBuf,
    manifest: PathBuf,
}

/// Who asks, as browsers say it to the bridge.
pub(super) fn origin() -> String {
    format!("chrome-extension://{ID}/")
}

/// Writes or removes.
///
/// # Errors
/// It cannot be written or removed.
pub(super) fn run(arguments: &Arguments, place: &Where, output: &Output) -> Result<Exit> {
    let files = files(arguments, place)?;
    if arguments.remove {
        remove(&files)?;
        output.write(&removed(&files), None)?;
        return Ok(Exit::Proved);
    }
    place::make(&files.extension)
        .with_context(|| format!("cannot make the folder `{}`", files.extension.display()))?;
    let mut targets: Vec<Target> = FILES
        .iter()
        .map(|(name, text)| Target::any(files.extension.join(name), text.as_bytes().to_vec()))
        .collect();
    let program = std::env::current_exe().context("this program does not know where it is")?;
    targets.push(Target::any(&files.launcher, launcher(&program, place)?.into_bytes()));
    targets.push(Target::any(&files.manifest, manifest(&files.launcher)?));
    let _guard = output.interrupts().held_back();
    replace(&targets)?;
    fs::set_permissions(&files.launcher, fs::Permissions::from_mode(0o700))
        .with_context(|| format!("cannot make `{}` a program", files.launcher.display()))?;
    output.write(&written(&files, arguments.browser), None)?;
    Ok(Exit::Proved)
}

fn files(arguments: &Arguments, place: &Where) -> Result<Files> {
    let extension = match &arguments.folder {
        Some(folder) => std::path::absolute(folder)?,
        None => place.beside("extension")?,
    };
    let hosts = match &arguments.user_data_dir {
        Some(folder) => std::path::absolute(folder)?,
        None => arguments.browser.data_folder()?,
    };
    let manifest = hosts.join("NativeMessagingHosts").join(format!("{HOST}.json"));
    Ok(Files { extension, launcher: place.beside("bridge")?, manifest })
}

impl Browser {
    fn data_folder(self) -> Result<PathBuf> {
        let home = place::home().context(
            "the environment does not say where your home is\nhelp: use --user-data-dir DIR",
        )?;
        let set = std::env::var_os("XDG_CONFIG_HOME").map(PathBuf::from);
        let config = set.filter(|it| it.is_absolute()).unwrap_or_else(|| home.join(".config"));
        Ok(match (self, cfg!(target_os = "macos")) {
            (Self::Chromium, false) => config.join("chromium"),
            (Self::Chrome, false) => config.join("google-chrome"),
            (Self::Chromium, true) => home.join("Library/Application Support/Chromium"),
            (Self::Chrome, true) => home.join("Library/Application Support/Google/Chrome"),
        })
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Chromium => "Chromium",
            Self::Chrome => "Chrome",
        }
    }
}

/// Browsers start hosts without arguments of ours, so a script says which vault is meant.
fn launcher(program: &Path, place: &Where) -> Result<String> {
    let [program, vault, key] =
        [program.to_owned(), place.vault()?, place.key()?].map(|it| quoted(&it));
    Ok(format!(
        "#!/bin/sh\nexec {program} authenticator bridge --vault {vault} --vault-key {key} -- \"$@\"\n"
    ))
}

/// A path as a word of the shell.
fn quoted(path: &Path) -> String {
    format!("'{}'", path.to_string_lossy().replace('\'', r"'\''"))
}

fn manifest(launcher: &Path) -> Result<Vec<u8>> {
    let manifest = json!({
        "name": HOST,
        "description": "Carries passkey requests to Cardea Authenticator",
        "path": launcher,
        "type": "stdio",
        "allowed_origins": [origin()],
    });
    Ok((serde_json::to_string_pretty(&manifest)? + "\n").into_bytes())
}

fn remove(files: &Files) -> Result<()> {
    place::remove(&files.manifest)?;
    place::remove(&files.launcher)?;
    for (name, _) in FILES {
        place::remove(&files.extension.join(name))?;
    }
    // Whatever else somebody has put there stays.
    let _ = fs::remove_dir(&files.extension);
    Ok(())
}

fn written(files: &Files, browser: Browser) -> String {
    format!(
        "ok  the extension is in {}\n\
         \n\
         Next, in {}:\n\
         \x20 1  Open chrome://extensions and switch on \"Developer mode\".\n\
         \x20 2  Press \"Load unpacked\" and choose the folder above.\n\
         \x20 3  Run `cardea authenticator approve` and leave it open.\n\
         \n\
         While the extension is on, this browser uses no other passkeys and no security keys. Its button\n\
         switches it off and on.\n",
        files.extension.display(),
        browser.name()
    )
}

fn removed(files: &Files) -> String {
    format!(
        "ok  removed {} and what was in {}\n\
         Remove \"Cardea Authenticator\" on chrome://extensions as well.\n",
        files.manifest.display(),
        files.extension.display()
    )
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use serde_json::Value;
    use sha2::{Digest as _, Sha256};

    use super::*;

    fn extension() -> Value {
        serde_json::from_str(FILES[0].1).unwrap()
    }

    #[test]
    fn the_id_is_that_of_the_key() {
        let key = STANDARD.decode(extension()["key"].as_str().unwrap()).unwrap();
        let digest = Sha256::digest(key);
        let letters = digest.iter().take(16).flat_map(|byte| [byte >> 4, byte & 15]);
        let id: String = letters.map(|it| char::from(b'a' + it)).collect();
        assert_eq!(id, ID);
    }

    #[test]
    fn the_extension_may_do_no_more_than_it_must() {
        let manifest = extension();
        assert_eq!(manifest["permissions"], json!(["nativeMessaging", "webAuthenticationProxy"]));
        for more in ["host_permissions", "optional_permissions", "content_scripts"] {
            assert!(manifest.get(more).is_none(), "{more}");
        }
        assert_eq!(manifest["content_security_policy"]["extension_pages"], "default-src 'none'");
        assert_eq!(manifest["version"], env!("CARGO_PKG_VERSION"));
        for remote in ["fetch(", "eval(", "import(", "importScripts", "http://", "https://"] {
            assert!(!FILES[1].1.contains(remote), "{remote}");
        }
    }

    #[test]
    fn a_path_stays_one_word_of_the_shell() {
        assert_eq!(quoted(Path::new("/it's $(here)")), r"'/it'\''s $(here)'");
    }
}

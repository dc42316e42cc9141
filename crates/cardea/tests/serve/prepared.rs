//! What `cargo xtask test` has installed for these tests.

use std::env;
use std::path::{Path, PathBuf};

/// The folder with the libraries of the clients. Programs of the system are found where Debian puts them.
#[derive(Debug, Clone)]
pub(crate) struct Prepared {
    folder: PathBuf,
}

impl Prepared {
    /// The folder that `CARDEA_CLIENTS` names. Where the variable is not set, the test is said to be skipped; where
    /// it is set and something is missing, the test fails when it comes to it.
    pub(crate) fn find() -> Option<Self> {
        let folder = env::var_os("CARDEA_CLIENTS").map(PathBuf::from);
        if folder.is_none() {
            eprintln!(
                "skipped: `CARDEA_CLIENTS` is not set; `cargo xtask test` installs what this test needs"
            );
        }
        Some(Self { folder: folder? })
    }

    /// The Python that has the pinned libraries.
    pub(crate) fn python(&self) -> PathBuf {
        self.folder.join("python/bin/python")
    }

    /// The folder whose `node_modules` are the pinned ones.
    pub(crate) fn node(&self) -> PathBuf {
        self.folder.join("node")
    }

    /// The script of axe-core.
    pub(crate) fn axe(&self) -> String {
        let path = self.node().join("node_modules/axe-core/axe.min.js");
        std::fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("axe-core is not at `{}`: {error}", path.display()))
    }
}

/// The root of the checkout.
pub(crate) fn checkout() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .expect("the checkout is there")
}

/// Where pictures of pages go.
pub(crate) fn pictures() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../pictures");
    std::fs::create_dir_all(&folder).expect("a folder for pictures");
    folder
}

//! Writes every sample of every page into a folder, with an index, to look at and to test:
//! `cargo run -p cardea-web --example gallery -- FOLDER [TEXT]`. With TEXT, every text that comes
//! from outside is that one.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, io};

use cardea_web::assets;
use cardea_web::pages::samples::{self, Filling, Sample};

fn main() -> io::Result<()> {
    let mut arguments = env::args().skip(1);
    let Some(folder) = arguments.next() else {
        return Err(io::Error::other(
            "no folder: name the one to write to, such as `target/gallery`",
        ));
    };
    let text = arguments.next();
    let filling = text.as_deref().map_or(Filling::Plain, Filling::Only);
    let samples = samples::all(filling).map_err(io::Error::other)?;
    write(Path::new(&folder), &samples)
}

fn write(folder: &Path, samples: &[Sample]) -> io::Result<()> {
    let assets_folder = folder.join("assets");
    fs::create_dir_all(&assets_folder)?;
    for asset in assets::ALL {
        fs::write(assets_folder.join(asset.name), asset.bytes)?;
    }
    let mut index =
        String::from("<!doctype html><html lang=\"en\"><title>Pages</title><h1>Pages</h1><ul>\n");
    for sample in samples {
        let mut text = sample.html.text.clone();
        for asset in assets::ALL {
            text = text.replace(&asset.path(), &format!("assets/{}", asset.name));
        }
        fs::write(folder.join(format!("{}.html", sample.name)), text)?;
        // Writing to a String cannot fail.
        let _ = writeln!(index, "<li><a href=\"{0}.html\">{0}</a></li>", sample.name);
    }
    index.push_str("</ul></html>\n");
    fs::write(folder.join("index.html"), index)
}

//! What was read.

use cardea_graph::lower::Lowered;
use cardea_graph::problem::Consequence;
use cardea_graph::recognise::ObjectKind;
use cardea_graph::source::{Encoding, FileId, SourceFile};
use cardea_policy::policy::State;

use crate::config::Config;
use crate::report::{Input, Skipped};

/// Counts of what was read. The file of the settings is not part of the input.
pub(super) fn input(lowered: &Lowered, config: &Config) -> Input {
    let sources = &lowered.export.sources;
    let settings = config.file.and_then(|file| usize::try_from(file.0).ok());
    let files = || {
        let files = sources.files().iter().enumerate();
        files.filter(|(at, _)| Some(*at) != settings).map(|(_, file)| file)
    };
    let count = |kinds: &[ObjectKind]| {
        kinds.iter().filter_map(|kind| lowered.counts.get(kind)).sum::<usize>()
    };
    let tenant = &lowered.tenant;
    Input {
        files: files().count(),
        utf16: files().filter(|file| is_utf16(file)).count(),
        policies: tenant.policies.len(),
        active: tenant.policies.iter().filter(|policy| policy.state == State::Enabled).count(),
        strengths: count(&[ObjectKind::Strength]),
        locations: count(&[
            ObjectKind::IpLocation,
            ObjectKind::CountryLocation,
            ObjectKind::CompliantNetwork,
        ]),
        methods_policies: usize::from(tenant.methods.is_some()),
        groups: count(&[ObjectKind::Group]),
        people: tenant.directory.len(),
        skipped: skipped(lowered),
    }
}

fn is_utf16(file: &SourceFile) -> bool {
    match file.encoding {
        Encoding::Utf16Le | Encoding::Utf16Be | Encoding::Utf16LeBare | Encoding::Utf16BeBare => {
            true
        }
        Encoding::Utf8 | Encoding::Utf8Bom | Encoding::Undecodable => false,
    }
}

fn skipped(lowered: &Lowered) -> Vec<Skipped> {
    let path = |file: FileId| {
        lowered.export.sources.file(file).map_or_else(String::new, |file| file.path.clone())
    };
    let unread = lowered.problems.iter().filter(|it| it.kind.consequence() == Consequence::Unread);
    unread
        .map(|problem| Skipped { file: path(problem.span.file), reason: problem.message.clone() })
        .collect()
}

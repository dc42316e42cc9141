//! P6 to P9: the demo tenant as it is served.

use std::path::Path;

use anyhow::{Context as _, Result};

use crate::part::{self, Numbers};
use crate::serve::{CONNECTIONS, GUESSERS, Manner, RESTARTS, SIGN_INS, VISITORS};
use crate::table::{Measured, Row, memory, milliseconds, thousands, times};

/// Share of what the cryptography alone allows.
const SHARE: f64 = 0.5;
/// Answers a second.
const DISCOVERY: f64 = 15_000.0;
/// Milliseconds from start to the first answer.
const START: f64 = 150.0;
/// MiB that are resident.
const IDLE: f64 = 40.0;
/// The slowest of a hundred sign-ins under a flood, as a multiple of the same without.
const SLOWER: f64 = 2.0;

/// What others have said of servers that are not installed here.
const OTHERS: &str = "no other server is installed here; published on other machines, for reading only: \
                      1,170 a second by one in Rust, 2,977 by node oidc-provider in memory";

pub(super) fn rows(cardea: &Path) -> Result<Vec<Row>> {
    let figures = Figures(part::serving(cardea)?);
    let mut rows = Vec::new();
    for algorithm in ["RS256", "ES256"] {
        rows.push(sign_in(&figures, algorithm)?);
    }
    rows.extend([program(&figures)?, refresh(&figures)?, discovery(&figures)?]);
    rows.extend(start(&figures)?);
    rows.extend(resident(&figures)?);
    for manner in Manner::ALL {
        rows.push(flood(&figures, manner)?);
    }
    Ok(rows)
}

/// What the part printed, by name.
struct Figures(Numbers);

impl Figures {
    fn of(&self, name: &str) -> Result<f64> {
        self.0.get(name).copied().with_context(|| format!("`{name}` was not measured"))
    }

    /// How often a second, and how long it took by the clock.
    fn speed(&self, name: &str) -> Result<String> {
        let of = |what: &str| self.of(&format!("{name}-{what}"));
        Ok(format!(
            "{} a second; half within {}, 99 % within {}",
            thousands(of("rate")?),
            milliseconds(of("p50")?),
            milliseconds(of("p99")?)
        ))
    }

    /// What the server needs for one, and how much of it is cryptography.
    fn processor(&self, name: &str, cryptography: &str) -> Result<String> {
        let server = self.of(&format!("{name}-server"))?;
        let crypto = self.of(&format!("{name}-{cryptography}-processor"))?;
        Ok(format!(
            "{} of the server's processor time each, of which cryptography {}, {}",
            milliseconds(server),
            milliseconds(crypto),
            percent(crypto / server)
        ))
    }
}

fn sign_in(figures: &Figures, algorithm: &str) -> Result<Row> {
    let name = format!("sign-in-{algorithm}");
    let of = |what: &str| figures.of(&format!("{name}-{what}"));
    let share = of("rate")? / of("alone")?;
    let whole = of("rate")? / of("all-alone")?;
    Ok(Row {
        number: "P6",
        work: format!(
            "sign-in with a passkey, the whole code flow over HTTPS on loopback, kept in SQLite, \
             {CONNECTIONS} connections, tokens signed with {algorithm}"
        ),
        goal: format!("{} of what one assertion and one signature alone allow", percent(SHARE)),
        measured: Measured::against(
            SHARE,
            share,
            format!("{} of it: {}", percent(share), figures.speed(&name)?),
        ),
        beside: format!(
            "one assertion and one signature alone: {} a second on all processors; with the {} signatures \
             of an answer {}, of which it is {}; {}; the driver shares the processors; for reading only: \
             Keycloak says 15 sign-ins with a password a second and processor",
            thousands(of("alone")?),
            of("signatures")?,
            thousands(of("all-alone")?),
            percent(whole),
            figures.processor(&name, "all-alone")?,
        ),
    })
}

fn program(figures: &Figures) -> Result<Row> {
    let share = figures.of("program-rate")? / figures.of("program-alone")?;
    Ok(Row {
        number: "P7",
        work: format!(
            "token endpoint, client credentials with a secret, RS256, {CONNECTIONS} connections over TLS"
        ),
        goal: "3 × the best server to install oneself, on the same machine".to_owned(),
        measured: Measured::Figure(figures.speed("program")?),
        beside: format!(
            "the signature alone: {} a second on all processors, of which it is {}; {}; {OTHERS}",
            thousands(figures.of("program-alone")?),
            percent(share),
            figures.processor("program", "alone")?,
        ),
    })
}

fn refresh(figures: &Figures) -> Result<Row> {
    let whole = figures.of("refresh-rate")? / figures.of("refresh-all-alone")?;
    Ok(Row {
        number: "P7",
        work: "token endpoint, refresh tokens, each used once for the next; the same connections"
            .to_owned(),
        goal: "3 × the best server to install oneself, on the same machine".to_owned(),
        measured: Measured::Figure(figures.speed("refresh")?),
        beside: format!(
            "the {} signatures of an answer alone: {} a second on all processors, of which it is {}; {}; \
             no other server is installed here",
            figures.of("refresh-signatures")?,
            thousands(figures.of("refresh-all-alone")?),
            percent(whole),
            figures.processor("refresh", "all-alone")?,
        ),
    })
}

fn discovery(figures: &Figures) -> Result<Row> {
    let rate = figures.of("discovery-rate")?;
    Ok(Row {
        number: "P7",
        work: "discovery; the same connections".to_owned(),
        goal: format!("{} a second", thousands(DISCOVERY)),
        measured: Measured::against(DISCOVERY, rate, figures.speed("discovery")?),
        beside: format!(
            "{} of the server's processor time each; the driver shares the processors",
            microseconds(figures.of("discovery-server")?)
        ),
    })
}

fn start(figures: &Figures) -> Result<[Row; 2]> {
    let (median, least) = (figures.of("restart-median")?, figures.of("restart-least")?);
    let text = format!("{}, the fastest {}", milliseconds(median), milliseconds(least));
    Ok([
        row(
            (
                "P8",
                format!(
                    "from start to the first answer over TLS, the middle of {RESTARTS} restarts"
                ),
            ),
            milliseconds(START),
            Measured::against(median, START, text),
        ),
        row(
            (
                "P8",
                "the same for the first start, which makes the demo tenant and its keys".to_owned(),
            ),
            String::new(),
            Measured::Figure(milliseconds(figures.of("first-start")?)),
        ),
    ])
}

fn resident(figures: &Figures) -> Result<[Row; 5]> {
    let goal = |name: &str| {
        let held = figures.of(name)?;
        anyhow::Ok(Measured::against(held, IDLE, memory(held)))
    };
    let other = |name: &str| anyhow::Ok(Measured::Figure(memory(figures.of(name)?)));
    let skipped = "a million people are not imported into a tenant here";
    Ok([
        row(
            ("P8", "resident and idle after a restart, with the demo tenant".to_owned()),
            memory(IDLE),
            goal("memory")?,
        ),
        row(
            (
                "P8",
                "the same after the first start, in the process that made the tenant".to_owned(),
            ),
            memory(IDLE),
            goal("first-memory")?,
        ),
        row(
            ("P8", format!("resident after a restart and {SIGN_INS} sign-ins")),
            String::new(),
            other("memory-after")?,
        ),
        row(
            ("P8", "the most that this process held, in all of P6, P7 and P9".to_owned()),
            String::new(),
            other("peak")?,
        ),
        row(
            ("P8", "resident with the tenant of P4".to_owned()),
            memory(1024.0),
            Measured::Skipped(skipped.to_owned()),
        ),
    ])
}

fn flood(figures: &Figures, manner: Manner) -> Result<Row> {
    let of = |what: &str| figures.of(&format!("{}-{what}", manner.name()));
    let (idle, flooded) = (figures.of("idle-p99")?, of("flooded-p99")?);
    let ratio = flooded / idle;
    let turned_away = match manner {
        Manner::Rude => "who is turned away tries again at once",
        Manner::Patient => "who is turned away waits a second",
    };
    Ok(Row {
        number: "P9",
        work: format!(
            "the time within which 99 % of sign-ins with a passkey are done, {VISITORS} at a time, while \
             {GUESSERS} at a time try wrong passwords; {turned_away}"
        ),
        goal: format!("{} the same without", times(SLOWER)),
        measured: Measured::against(
            ratio,
            SLOWER,
            format!(
                "{}: {} instead of {}",
                times(ratio),
                milliseconds(flooded),
                milliseconds(idle)
            ),
        ),
        beside: format!(
            "half within {} instead of {}; {} sign-ins in the flood, {} without; {} guesses a second, {} of \
             them checked, the others turned away",
            milliseconds(of("flooded-p50")?),
            milliseconds(figures.of("idle-p50")?),
            thousands(of("flooded-count")?),
            thousands(figures.of("idle-count")?),
            thousands(of("guess-rate")?),
            percent(of("checked")? / (of("checked")? + of("turned-away")?)),
        ),
    })
}

fn row((number, work): (&'static str, String), goal: String, measured: Measured) -> Row {
    Row { number, work, goal, measured, beside: String::new() }
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

fn microseconds(milliseconds: f64) -> String {
    crate::table::nanoseconds(milliseconds * 1e6)
}

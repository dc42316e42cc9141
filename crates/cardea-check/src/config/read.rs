//! From the text of `cardea.toml` to settings.

use std::collections::BTreeSet;
use std::ops::Range;

use cardea_policy::conditions::platform::Platform;
use cardea_policy::id::{AppId, GroupId, UserId};
use cardea_tenant::assumption::{Assumption, Assumptions};
use cardea_tenant::journey::actor::{DeviceState, Form};
use cardea_tenant::journey::step::Account;
use toml::de::DeTable;

use super::table::{Table, Text, choose, flag, unknown};
use super::{
    Acceptance, AndroidProfiles, Bluetooth, BreakGlass, Config, ConfigError, Date, DeviceSetting,
    Exemption, GoalSetting, Held, Notice, Passes, Population,
};
use crate::report::Severity;
use crate::rules;

type Read<T> = Result<T, ConfigError>;

const SECTIONS: [&str; 8] = [
    "memberships",
    "fail-on",
    "population",
    "breakglass",
    "goal",
    "accept",
    "exemption",
    "assumptions",
];

const PLATFORMS: [(&str, Platform); 6] = [
    ("windows", Platform::Windows),
    ("macOS", Platform::MacOs),
    ("linux", Platform::Linux),
    ("iOS", Platform::Ios),
    ("android", Platform::Android),
    ("other", Platform::Unknown),
];

impl Config {
    /// Reads settings. `today` is a day as `YYYY-MM-DD`.
    ///
    /// # Errors
    /// The first thing in the text that is not a setting, with its position; or `today` is no day.
    pub fn from_toml(text: &str, today: &str) -> Result<Self, ConfigError> {
        let day = Date::parse(today).ok_or_else(|| {
            ConfigError::new(0..0, format!("today is `{today}`, which is not a day"))
        })?;
        let parsed = DeTable::parse(text).map_err(|error| {
            let at = error.span().unwrap_or(0..0);
            ConfigError::new(at, format!("this is not TOML: {}", error.message())).within(text)
        })?;
        let whole = 0..text.len().min(1);
        read(parsed.get_ref(), whole, day).map_err(|error| error.within(text))
    }
}

fn read<'a>(entries: &'a DeTable<'a>, at: Range<usize>, today: Date) -> Read<Config> {
    let file = Table::new(entries, at, "cardea.toml", &SECTIONS)?;
    let usual = Config::default();
    Ok(Config {
        populations: populations(&file)?.unwrap_or(usual.populations),
        break_glass: break_glass(&file)?.unwrap_or(usual.break_glass),
        goals: goals(&file)?,
        accepted: acceptances(&file)?,
        exemptions: exemptions(&file)?,
        assumptions: assumptions(&file)?,
        memberships: file.number("memberships")?.unwrap_or(usual.memberships),
        fail_on: fail_on(&file)?.unwrap_or(usual.fail_on),
        today,
        file: None,
    })
}

fn fail_on(file: &Table<'_>) -> Read<Option<Severity>> {
    let known = [Severity::Note, Severity::Doubt, Severity::Weakness, Severity::Lockout];
    file.choice("fail-on", &known.map(|severity| (severity.as_str(), severity)))
}

fn populations(file: &Table<'_>) -> Read<Option<Vec<Population>>> {
    const KEYS: [&str; 7] =
        ["name", "groups", "has", "account", "devices", "passes", "android-profiles"];
    let Some(tables) = file.tables("population", "[[population]]", &KEYS)? else { return Ok(None) };
    let mut populations = Vec::new();
    for table in &tables {
        populations.extend(population(table)?);
    }
    Ok(Some(populations))
}

/// A population; two where no devices are named, as of the usual ones.
fn population(table: &Table<'_>) -> Read<Vec<Population>> {
    let name = table.required("name", table.text("name")?)?.text.to_owned();
    let has = table.texts("has")?.map(|texts| methods(&texts)).transpose()?;
    let accounts = [("unregistered", Account::Unregistered), ("registered", Account::Registered)];
    let passes = [("as-allowed", Passes::AsAllowed), ("none", Passes::None)];
    let profiles = [("one", AndroidProfiles::One), ("both", AndroidProfiles::Both)];
    let population = Population {
        name,
        groups: groups(table)?,
        has: has.unwrap_or_else(|| Vec::from([Held::PASSWORD])),
        account: table.choice("account", &accounts)?.unwrap_or_default(),
        devices: Vec::new(),
        passes: table.choice("passes", &passes)?.unwrap_or_default(),
        android_profiles: table.choice("android-profiles", &profiles)?.unwrap_or_default(),
    };
    let keys = ["form", "platform", "managed", "hybrid-joined", "bluetooth"];
    let Some(devices) = table.tables("devices", "[[population.devices]]", &keys)? else {
        let usual = DeviceSetting::usual();
        return Ok(usual.map(|devices| Population { devices, ..population.clone() }).into());
    };
    let devices = devices.iter().map(device).collect::<Read<Vec<_>>>()?;
    Ok(Vec::from([Population { devices, ..population }]))
}

fn device(table: &Table<'_>) -> Read<DeviceSetting> {
    let forms = [("computer", Form::Computer), ("phone", Form::Phone)];
    let form = table.required("form", table.choice("form", &forms)?)?;
    let platform = table.required("platform", table.choice("platform", &PLATFORMS)?)?;
    let joined = table.flag("hybrid-joined")?.unwrap_or(false);
    let state = match (table.flag("managed")?.unwrap_or(false), joined) {
        (false, false) => DeviceState::Unmanaged,
        (true, false) => DeviceState::Compliant,
        (false, true) => DeviceState::HybridJoined,
        (true, true) => DeviceState::CompliantAndHybridJoined,
    };
    let bluetooth = match table.flag("bluetooth")? {
        None => Bluetooth::Assumed,
        Some(true) => Bluetooth::Open,
        Some(false) => Bluetooth::Shut,
    };
    Ok(DeviceSetting { form, platform, state, bluetooth })
}

fn groups(table: &Table<'_>) -> Read<Vec<GroupId>> {
    let texts = table.texts("groups")?.unwrap_or_default();
    Ok(texts.iter().map(|group| GroupId::new(group.text)).collect())
}

fn methods(texts: &[Text<'_>]) -> Read<Vec<Held>> {
    texts.iter().map(|text| choose("method", text, &Held::NAMES)).collect()
}

fn break_glass(file: &Table<'_>) -> Read<Option<BreakGlass>> {
    let keys = ["users", "groups", "methods"];
    let Some(table) = file.table("breakglass", "[breakglass]", &keys)? else { return Ok(None) };
    let users = table.texts("users")?.unwrap_or_default();
    let methods = table.texts("methods")?.map(|texts| methods(&texts)).transpose()?;
    Ok(Some(BreakGlass {
        users: users.iter().map(|user| UserId::new(user.text)).collect(),
        groups: groups(&table)?,
        methods: methods.unwrap_or_else(|| BreakGlass::default().methods),
        at: table.at,
    }))
}

fn goals(file: &Table<'_>) -> Read<Vec<GoalSetting>> {
    let forms = [("any", None), ("computer", Some(Form::Computer)), ("phone", Some(Form::Phone))];
    let tables = file.tables("goal", "[[goal]]", &["name", "app", "from"])?.unwrap_or_default();
    let goal = |table: &Table<'_>| {
        let app = table.required("app", table.text("app")?)?;
        let name = table.text("name")?.map_or(app.text, |name| name.text);
        let from = table.choice("from", &forms)?.flatten();
        Ok(GoalSetting { name: name.to_owned(), app: AppId::new(app.text), from })
    };
    tables.iter().map(goal).collect()
}

fn acceptances(file: &Table<'_>) -> Read<Vec<Acceptance>> {
    let keys = ["rule", "policy", "reason", "until"];
    let tables = file.tables("accept", "[[accept]]", &keys)?.unwrap_or_default();
    let names: Vec<&'static str> = rules::names().collect();
    let acceptance = |table: &Table<'_>| {
        let rule = table.required("rule", table.text("rule")?)?;
        if !names.contains(&rule.text) {
            return Err(unknown("rule", &rule, &names));
        }
        Ok(Acceptance {
            rule: rule.text.to_owned(),
            policy: table.text("policy")?.map(|policy| policy.text.to_owned()),
            reason: table.required("reason", table.text("reason")?)?.text.to_owned(),
            until: table.required("until", table.date("until")?)?,
            at: table.at.clone(),
        })
    };
    tables.iter().map(acceptance).collect()
}

fn exemptions(file: &Table<'_>) -> Read<Vec<Exemption>> {
    let keys = ["group", "until", "notice"];
    let tables = file.tables("exemption", "[[exemption]]", &keys)?.unwrap_or_default();
    let exemption = |table: &Table<'_>| {
        let notice = table.flag("notice")?.unwrap_or(false);
        Ok(Exemption {
            group: GroupId::new(table.required("group", table.text("group")?)?.text),
            until: table.required("until", table.date("until")?)?,
            notice: if notice { Notice::Given } else { Notice::NotGiven },
            at: table.at.clone(),
        })
    };
    tables.iter().map(exemption).collect()
}

fn assumptions(file: &Table<'_>) -> Read<Assumptions> {
    let names = Assumption::ALL.map(Assumption::name);
    let Some(table) = file.table("assumptions", "[assumptions]", &names)? else {
        return Ok(Assumptions::default());
    };
    let mut switched = BTreeSet::new();
    for (key, value) in table.entries() {
        let Some(assumption) = Assumption::from_name(key.text) else { continue };
        if flag(key.text, value)? != assumption.default() {
            switched.insert(assumption);
        }
    }
    Ok(Assumptions { switched })
}

//! Named locations.

use super::Lowering;
use super::ledger::{Fields, Item, Leftovers};
use crate::document::Value;
use crate::problem::ProblemKind;
use crate::recognise::ObjectKind;
use crate::well_known::COMPLIANT_NETWORK;
use cardea_policy::conditions::location::Trust;
use cardea_policy::id::LocationId;
use cardea_policy::place::Field;
use cardea_tenant::location::{Area, CountryLookup, NamedLocation, UnknownCountry};
use ipnet::{IpNet, IpSubnets, Ipv4Subnets, Ipv6Subnets};
use std::net::IpAddr;

impl Lowering<'_> {
    /// Defines the named locations of the input, and the one that every tenant has.
    pub(super) fn locations(&mut self) {
        let areas: [(ObjectKind, ReadArea); 3] = [
            (ObjectKind::IpLocation, addresses),
            (ObjectKind::CountryLocation, countries),
            (ObjectKind::CompliantNetwork, compliant_network),
        ];
        for (kind, area) in areas {
            for (_, value) in self.objects(kind) {
                let leftovers = Leftovers::MatterIfStructured;
                let location =
                    self.ledger.object(value, Field::Whole, leftovers, |fields| read(fields, area));
                self.tenant.locations.push(location);
            }
        }
        let (id, name) = COMPLIANT_NETWORK;
        let compliant = LocationId::new(id);
        if self.tenant.locations.iter().all(|location| location.id != compliant) {
            let area = Area::CompliantNetwork { trust: Trust::Untrusted };
            self.tenant.locations.push(NamedLocation {
                id: compliant,
                name: name.to_owned(),
                area,
            });
        }
        self.ledger.doubted.clear();
    }
}

/// Reads what a location covers, given whether it is marked as trusted.
type ReadArea = fn(&mut Fields<'_, '_>, Trust) -> Area;

fn read(fields: &mut Fields<'_, '_>, area: ReadArea) -> NamedLocation {
    let id = fields.text("id");
    let names = [fields.text("displayName"), fields.text("name")];
    let name =
        names.into_iter().flatten().next().map(|name| name.text.into_owned()).unwrap_or_default();
    // What has no id is referred to by its name.
    let id = LocationId::new(id.map_or(name.as_str().into(), |id| id.text).as_ref());
    fields.ignore(&["createdDateTime", "modifiedDateTime", "deletedDateTime", "locationType"]);
    let trust =
        if fields.flag("isTrusted").unwrap_or(false) { Trust::Trusted } else { Trust::Untrusted };
    NamedLocation { id, name, area: area(fields, trust) }
}

fn addresses(fields: &mut Fields<'_, '_>, trust: Trust) -> Area {
    Area::Addresses { ranges: ranges(fields), trust }
}

fn compliant_network(fields: &mut Fields<'_, '_>, trust: Trust) -> Area {
    fields.ignore(&["compliantNetworkType"]);
    Area::CompliantNetwork { trust }
}

fn countries(fields: &mut Fields<'_, '_>, trust: Trust) -> Area {
    const LOOKUPS: [(&str, CountryLookup); 2] = [
        ("clientIpAddress", CountryLookup::Address),
        ("authenticatorAppGps", CountryLookup::AuthenticatorGps),
    ];
    if trust == Trust::Trusted {
        let span =
            fields.value().get("isTrusted").map_or_else(|| fields.value().span(), Value::span);
        let message = "a location of countries is never trusted".to_owned();
        fields.ledger().remark(span, message, Some("remove `isTrusted`"));
    }
    let countries = fields.texts("countriesAndRegions").and(fields.texts("countries"));
    let unknown = match fields.flag("includeUnknownCountriesAndRegions") {
        Some(true) => UnknownCountry::Included,
        Some(false) | None => UnknownCountry::NotIncluded,
    };
    Area::Countries {
        countries: countries.iter().map(|item| item.text.to_ascii_uppercase()).collect(),
        unknown,
        lookup: fields.choice("countryLookupMethod", &LOOKUPS).unwrap_or_default(),
    }
}

/// Ranges as Graph's objects, or as strings.
fn ranges(fields: &mut Fields<'_, '_>) -> Vec<IpNet> {
    let are_strings = fields.value().get("ipRanges").is_some_and(|list| {
        list.items().next().is_some_and(|first| !first.is_object()) || list.as_text().is_some()
    });
    if are_strings {
        let items = fields.texts("ipRanges");
        return items.iter().filter_map(|item| range(fields, &item)).collect();
    }
    let ranges = fields.objects("ipRanges", |fields| {
        fields.ignore(&["description", "name"]);
        let cidr = fields.text("cidrAddress");
        let (lower, upper) = (fields.text("lowerAddress"), fields.text("upperAddress"));
        match (cidr, lower, upper) {
            (Some(cidr), _, _) => range(fields, &cidr).into_iter().collect(),
            (None, Some(lower), Some(upper)) => between(fields, &lower, &upper),
            (None, _, _) => Vec::new(),
        }
    });
    ranges.into_iter().flatten().collect()
}

/// A range in CIDR form, or a single address.
fn range(fields: &mut Fields<'_, '_>, item: &Item<'_>) -> Option<IpNet> {
    let text = item.text.trim();
    let parsed = text.parse::<IpNet>().ok();
    let parsed = parsed.or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from));
    if parsed.is_none() {
        no_address(fields, item);
    }
    parsed
}

/// The ranges that make up everything from one address to another.
fn between(fields: &mut Fields<'_, '_>, lower: &Item<'_>, upper: &Item<'_>) -> Vec<IpNet> {
    match (lower.text.trim().parse(), upper.text.trim().parse()) {
        (Ok(IpAddr::V4(lower)), Ok(IpAddr::V4(upper))) if lower <= upper => {
            IpSubnets::from(Ipv4Subnets::new(lower, upper, 0)).collect()
        }
        (Ok(IpAddr::V6(lower)), Ok(IpAddr::V6(upper))) if lower <= upper => {
            IpSubnets::from(Ipv6Subnets::new(lower, upper, 0)).collect()
        }
        (Ok(_), _) => {
            no_address(fields, upper);
            Vec::new()
        }
        (Err(_), _) => {
            no_address(fields, lower);
            Vec::new()
        }
    }
}

fn no_address(fields: &mut Fields<'_, '_>, item: &Item<'_>) {
    fields.ledger().problems.add(ProblemKind::UnmodelledValue, item.at.span(), || {
        let help = "write it as `192.0.2.0/24` or `2001:db8::/32`";
        (format!("`{}` is not a range of addresses", item.text), Some(help.to_owned()))
    });
}

//! `authenticatorCredentialManagement` (CTAP 2.1 §6.8): what passkeys are here.

use std::collections::BTreeSet;

use crate::authenticator::{Authenticator, Next, Reply};
use crate::cbor::{Map, Required as _};
use crate::ceremony::{PinAuth, sha256};
use crate::credential::{Credential, UserEntity};
use crate::host::Host;
use crate::state::{CREDENTIALS_MAX, Store};
use crate::status::Status;
use crate::token::Permission;

/// A sub-command that a token has to allow.
#[derive(Clone, Copy)]
enum Subcommand {
    Metadata,
    RelyingParties,
    Credentials,
    Delete,
    Update,
}

impl Subcommand {
    const fn number(self) -> u8 {
        match self {
            Self::Metadata => 0x01,
            Self::RelyingParties => 0x02,
            Self::Credentials => 0x04,
            Self::Delete => 0x06,
            Self::Update => 0x07,
        }
    }
}

impl<S: Store> Authenticator<S> {
    pub(crate) fn credential_management(
        &mut self,
        map: &Map,
        next: Next,
        host: &Host<'_>,
    ) -> Reply {
        let subcommand = match map.int(0x01).required()? {
            0x01 => Subcommand::Metadata,
            0x02 => Subcommand::RelyingParties,
            0x03 => return self.next_relying_party(next),
            0x04 => Subcommand::Credentials,
            0x05 => return self.next_credential(next),
            0x06 => Subcommand::Delete,
            0x07 => Subcommand::Update,
            _ => return Err(Status::InvalidSubcommand),
        };
        let empty = Map::new();
        let parameters = map.map(0x02)?;
        self.allow(subcommand, map, parameters, host)?;
        let parameters = parameters.unwrap_or(&empty);
        match subcommand {
            Subcommand::Metadata => self.metadata(),
            Subcommand::RelyingParties => self.relying_parties(),
            Subcommand::Credentials => self.credentials(parameters),
            Subcommand::Delete => self.delete(parameters),
            Subcommand::Update => self.update(parameters),
        }
    }

    /// The token must prove this very sub-command with its parameters, and have the permission.
    fn allow(
        &mut self,
        subcommand: Subcommand,
        map: &Map,
        parameters: Option<&Map>,
        host: &Host<'_>,
    ) -> Result<(), Status> {
        let auth = PinAuth::read(map, 0x04, 0x03)?.ok_or(Status::PuatRequired)?;
        let mut message = vec![subcommand.number()];
        match subcommand {
            Subcommand::Metadata | Subcommand::RelyingParties => {}
            Subcommand::Credentials | Subcommand::Delete | Subcommand::Update => {
                message.extend(parameters.ok_or(Status::MissingParameter)?.encode());
            }
        }
        let token = self.session.token.as_mut().ok_or(Status::PinAuthInvalid)?;
        token.check(auth.protocol, (&message, &auth.signature), host.now)?;
        token.permits(Permission::CredentialManagement)
    }

    /// The relying party that the token is for must be this one, where it is for one.
    fn bound(&self, fits: impl FnOnce(&str) -> bool) -> Result<(), Status> {
        let token = self.session.token.as_ref().ok_or(Status::PinAuthInvalid)?;
        if token.rp_id().is_none_or(fits) { Ok(()) } else { Err(Status::PinAuthInvalid) }
    }

    /// §6.8.2.
    fn metadata(&self) -> Reply {
        self.bound(|_| false)?;
        let count = self.state.discoverable().count();
        Ok(Map::new().with(0x01, count).with(0x02, CREDENTIALS_MAX.saturating_sub(count)))
    }

    /// §6.8.3.
    fn relying_parties(&mut self) -> Reply {
        self.bound(|_| false)?;
        let ids: BTreeSet<&str> = self.state.discoverable().map(|it| it.rp.id.as_str()).collect();
        let total = ids.len();
        let rest: Vec<String> = ids.into_iter().rev().map(str::to_owned).collect();
        match self.next_relying_party(Next::RelyingParties(rest)) {
            Err(Status::NotAllowed) => Err(Status::NoCredentials),
            reply => Ok(reply?.with(0x05, total)),
        }
    }

    fn next_relying_party(&mut self, next: Next) -> Reply {
        let Next::RelyingParties(mut rest) = next else { return Err(Status::NotAllowed) };
        let id = rest.pop().ok_or(Status::NotAllowed)?;
        let found = self.state.discoverable().find(|it| it.rp.id == id);
        let rp = found.ok_or(Status::NotAllowed)?.rp.to_map();
        self.session.next = Next::RelyingParties(rest);
        Ok(Map::new().with(0x03, rp).with(0x04, &sha256(id.as_bytes())[..]))
    }

    /// §6.8.4.
    fn credentials(&mut self, parameters: &Map) -> Reply {
        let hash = parameters.bytes(0x01).required()?;
        self.bound(|rp_id| sha256(rp_id.as_bytes()) == hash)?;
        let fits = |it: &&Credential| sha256(it.rp.id.as_bytes()) == hash;
        let rest: Vec<Vec<u8>> =
            self.state.discoverable().filter(fits).map(|it| it.id.clone()).collect();
        let total = rest.len();
        match self.next_credential(Next::Credentials(rest)) {
            Err(Status::NotAllowed) => Err(Status::NoCredentials),
            reply => Ok(reply?.with(0x09, total)),
        }
    }

    fn next_credential(&mut self, next: Next) -> Reply {
        let Next::Credentials(mut rest) = next else { return Err(Status::NotAllowed) };
        let id = rest.pop().ok_or(Status::NotAllowed)?;
        let found = self.state.find(&id).ok_or(Status::NotAllowed)?;
        let large_blob_key = found.secrets.large_blob_key.as_ref().map(|key| &key[..]);
        let reply = Map::new()
            .with(0x06, found.user.to_map())
            .with(0x07, found.descriptor())
            .with(0x08, found.key.public()?)
            .with(0x0a, found.protection.number())
            .with_some(0x0b, large_blob_key);
        self.session.next = Next::Credentials(rest);
        Ok(reply)
    }

    /// The id of the passkey that is meant, if the token is for it.
    fn meant(&self, parameters: &Map) -> Result<Vec<u8>, Status> {
        let id = parameters.map(0x02).required()?.bytes("id").required()?;
        let found = self.state.discoverable().find(|it| it.id == id);
        let found = found.ok_or(Status::NoCredentials)?;
        self.bound(|rp_id| found.rp.id == rp_id)?;
        Ok(found.id.clone())
    }

    /// §6.8.5.
    fn delete(&mut self, parameters: &Map) -> Reply {
        let id = self.meant(parameters)?;
        self.change(|state| {
            state.credentials.retain(|it| it.id != id);
            Ok(Map::new())
        })
    }

    /// §6.8.6. Names are changed; the user handle stays.
    fn update(&mut self, parameters: &Map) -> Reply {
        let user = UserEntity::read(parameters.map(0x03).required()?)?;
        let id = self.meant(parameters)?;
        self.change(|state| {
            let credential = state.find_mut(&id).ok_or(Status::NoCredentials)?;
            if credential.user.id != user.id {
                return Err(Status::InvalidParameter);
            }
            credential.user = user;
            Ok(Map::new())
        })
    }
}

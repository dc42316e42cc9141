//! One request, once it is known who sends it and what it is about.

use cardea_idp::admin::caller::{Caller, Denied, Identity};
use cardea_idp::admin::edit::{self, Edits};
use cardea_idp::admin::right::Right;
use cardea_idp::admin::shape::Json;
use cardea_odata::cursor::Cursor;
use cardea_odata::etag::{ETag, IfMatch};
use cardea_odata::problem::Code;
use cardea_odata::query::{Count, Options, Query, next_link};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::accept;
use crate::api::{Api, Version};
use crate::cursor::{self, Holder};
use crate::problem::{Problem, Result};
use crate::reply::Reply;
use crate::resource::refusal;

/// What of a list is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Its objects.
    Objects,
    /// How many there are: `/$count`.
    Number,
}

/// One request.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub api: &'a Api,
    pub caller: &'a Caller,
    pub version: Version,
    /// The path behind the version, the same for all spellings of one resource.
    pub path: String,
    /// The options behind the `?`, still encoded.
    pub query: &'a str,
    /// What of a list is asked for.
    pub form: Form,
    /// The value of `If-Match`.
    pub if_match: Option<&'a str>,
    /// The values of `Prefer`.
    pub prefer: Vec<&'a str>,
    pub body: Option<Value>,
    pub now: Timestamp,
}

impl Call<'_> {
    /// The body as an object, without what only provisioning writes.
    pub(crate) fn object(&self) -> Result<Json> {
        match &self.body {
            Some(Value::Object(body)) => {
                let mut body = body.clone();
                body.shift_remove(cardea_scim::graph::KEPT);
                Ok(body)
            }
            Some(_) => Err(Problem::new(Code::BadRequest, "The body has to be a JSON object.")),
            None => Err(Problem::new(Code::BadRequest, "The request has no body.")),
        }
    }

    /// The options of a list.
    pub(crate) fn list(&self) -> Result<Query> {
        Ok(Query::parse(self.query, &Options::default())?)
    }

    /// The options of one object.
    pub(crate) fn one(&self) -> Result<Query> {
        let options = Options { target: cardea_odata::query::Target::Object, ..Options::default() };
        Ok(Query::parse(self.query, &options)?)
    }

    /// A reader, for whoever may.
    pub(crate) async fn reader(&self, right: Right) -> Result<cardea_store::Snapshot> {
        Ok(self.api.idp().reader(self.caller, right).await??)
    }

    /// The object id that `me` stands for.
    pub(crate) fn me(&self) -> Result<&str> {
        match self.caller.identity() {
            Identity::Person { id, .. } => Ok(id),
            Identity::Application { .. } => Err(Problem::new(
                Code::BadRequest,
                "/me request is only valid with delegated authentication flow.",
            )),
        }
    }

    /// The tag that the object has to have still, if the request says one.
    pub(crate) fn expected(&self, current: &str) -> Result<Option<String>> {
        let Some(header) = self.if_match else { return Ok(None) };
        let current = edit::tag(current);
        IfMatch::parse(header)?.permits(&ETag::new(&current))?;
        Ok(Some(current))
    }

    /// Makes changes, or says why not.
    pub(crate) async fn change(&self, edits: &Edits) -> Result<()> {
        let accepted = accept::read(self.prefer.iter().copied())?;
        let idp = self.api.idp();
        let outcome = idp.change(self.caller, (edits, &accepted), self.now).await?;
        match refusal::of(outcome?) {
            None => Ok(()),
            Some(problem) => Err(refusal::with_fixes(self, edits, problem).await),
        }
    }

    /// The address of metadata that an answer names.
    pub(crate) fn context(&self, entity: &str) -> Value {
        Value::from(format!("{}/$metadata#{entity}", self.api.base(self.version)))
    }

    /// One object as an answer.
    pub(crate) fn item(&self, (entity, tag): (&str, &str), body: Json) -> Result<Reply> {
        let tag = ETag::new(tag).to_string();
        let mut item = Json::new();
        item.insert("@odata.context".to_owned(), self.context(&format!("{entity}/$entity")));
        item.insert("@odata.etag".to_owned(), Value::from(tag.clone()));
        item.extend(body);
        Ok(Reply::ok(self.one()?.project(&Value::Object(item))).tagged(&tag))
    }

    /// A page of a list as an answer. The objects are all that there are.
    pub(crate) fn page(
        &self,
        entity: &str,
        query: &Query,
        objects: impl IntoIterator<Item = Value>,
    ) -> Result<Reply> {
        if self.form == Form::Number {
            let mut query = query.clone();
            query.count = Count::Wanted;
            return Ok(Reply::number(query.page(objects, None)?.count.unwrap_or_default()));
        }
        let begin = self.begin(query)?;
        let page = query.page(objects, begin.as_ref())?;
        let mut body = Json::new();
        body.insert("@odata.context".to_owned(), self.context(entity));
        if let Some(count) = page.count {
            body.insert("@odata.count".to_owned(), json!(count));
        }
        if let Some(next) = &page.next {
            let token = cursor::sealed(self.api.cursors(), next, (self.holder(), self.now));
            body.insert("@odata.nextLink".to_owned(), Value::from(self.next(&token)));
        }
        let value = page.objects.iter().map(|it| query.project(it)).collect();
        body.insert("value".to_owned(), Value::Array(value));
        Ok(Reply::ok(Value::Object(body)))
    }

    /// Where the page begins that is asked for; `None` for the first one.
    ///
    /// # Errors
    /// The cursor was not issued here, to this caller, or it is too old.
    pub(crate) fn begin(&self, query: &Query) -> Result<Option<Cursor>> {
        let token = query.skip_token.as_deref();
        let open = |it| cursor::opened(self.api.cursors(), it, (self.holder(), self.now));
        token.map(open).transpose()
    }

    fn holder(&self) -> Holder<'_> {
        Holder { actor: self.caller.actor(), path: &self.path }
    }

    /// Whether only the number of objects is asked for, with `/$count`.
    pub(crate) fn is_number(&self) -> bool {
        self.form == Form::Number
    }

    /// The address of the next page.
    pub(crate) fn next(&self, token: &str) -> String {
        let base = self.api.base(self.version);
        format!("{base}{}?{}", self.path, next_link(self.query, token))
    }

    /// The address of something below this one.
    pub(crate) fn below(&self, id: &str) -> String {
        format!("{}{}/{id}", self.api.base(self.version), self.path)
    }

    pub(crate) fn may(&self, right: Right) -> std::result::Result<(), Denied> {
        self.caller.may(right)
    }
}

//! The rows of legal texts: editions are added, never changed, so that what somebody agreed to stays readable.

use fluent_bundle::FluentArgs;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _,
};

use uuid::Uuid;

use super::{Kind, entity::legal_text, rules};
use crate::{
    clinic::profile::Profile,
    infra::{clock::Instant, db::Tx, ids},
    web::Lang,
};

/// The version of the built-in texts.
pub const FIRST_VERSION: i32 = 1;

/// A text as people read it.
pub struct Text {
    /// What a consent names (S4).
    pub version: i32,
    /// Plain text in paragraphs.
    pub body: String,
    /// Nothing for the built-in text.
    pub published_at: Option<Instant>,
}

impl Text {
    /// What stands between blank lines.
    pub fn paragraphs(&self) -> Vec<String> {
        rules::paragraphs(&self.body)
    }

    /// Whether a form that was drawn with version `shown` shows another text than this one. A form that names no
    /// version is about the text in force.
    pub fn is_newer_than(&self, shown: &str) -> bool {
        !shown.is_empty() && shown != self.version.to_string()
    }
}

/// The text that holds at present.
pub async fn current(
    connection: &impl ConnectionTrait,
    kind: Kind,
    lang: Lang,
    clinic: &Profile,
) -> Result<Text, DbErr> {
    let row = newest(connection, kind, lang).await?;
    Ok(row.map_or_else(
        || Text { version: FIRST_VERSION, body: built_in(kind, lang, clinic), published_at: None },
        |row| Text { version: row.version, body: row.body, published_at: Some(row.published_at) },
    ))
}

/// The version that holds at present.
pub async fn version(connection: &impl ConnectionTrait, kind: Kind) -> Result<i32, DbErr> {
    Ok(newest(connection, kind, Lang::default()).await?.map_or(FIRST_VERSION, |row| row.version))
}

/// Publishes a text in both languages; a material change makes a new version, a correction a new edition. Returns the
/// edition's id. Refused by `Unique::LegalText` if somebody published at the same moment.
pub async fn publish(
    tx: &Tx,
    kind: Kind,
    bodies: [(Lang, String); 2],
    is_material: bool,
    now: Instant,
) -> Result<Uuid, DbErr> {
    let last = newest(tx, kind, Lang::default()).await?;
    let (last_version, last_edition) = last.map_or((FIRST_VERSION, 0), |row| (row.version, row.edition));
    let (version, edition) = if is_material { (last_version + 1, 1) } else { (last_version, last_edition + 1) };
    let mut id = Uuid::nil();
    for (lang, body) in bodies {
        id = ids::new(now);
        let row = legal_text::ActiveModel {
            id: Set(id),
            kind: Set(kind),
            language: Set(lang.code().to_owned()),
            version: Set(version),
            edition: Set(edition),
            body: Set(body),
            published_at: Set(now),
        };
        legal_text::Entity::insert(row).exec_without_returning(tx).await?;
    }
    Ok(id)
}

async fn newest(connection: &impl ConnectionTrait, kind: Kind, lang: Lang) -> Result<Option<legal_text::Model>, DbErr> {
    legal_text::Entity::find()
        .filter(legal_text::Column::Kind.eq(kind))
        .filter(legal_text::Column::Language.eq(lang.code()))
        .order_by_desc(legal_text::Column::Version)
        .order_by_desc(legal_text::Column::Edition)
        .one(connection)
        .await
}

fn built_in(kind: Kind, lang: Lang, clinic: &Profile) -> String {
    let mut words = FluentArgs::new();
    words.set("clinic", clinic.name.clone());
    words.set("years", clinic.retention_years);
    match kind {
        Kind::Privacy => lang.with("legal-privacy-built-in", &words),
        Kind::Terms => lang.with("legal-terms-built-in", &words),
    }
}

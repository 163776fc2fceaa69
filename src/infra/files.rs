//! The file store: contents lie sealed in a folder or at S3, and a row in the database says which there are.
//!
//! A content is durable before its row is written, so that no row points at nothing; one whose act failed is swept. When
//! a file goes, its row goes in the act and its content by a job after the commit.

use std::{collections::HashSet, path::Path, sync::Arc, time::Duration};

use anyhow::{Context as _, bail};
use futures::TryStreamExt as _;
use object_store::{ObjectStore, ObjectStoreExt as _, PutPayload, local::LocalFileSystem, path::Path as Key};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _, QuerySelect as _,
};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{
    clock::Instant,
    db::{Db, Tx},
    disk, jobs, tls,
    vault::{DataKey, VaultError},
};

pub use file::Model as File;

/// The job that removes a content whose row is gone; its subject is the file.
pub const DELETE_FILE: &str = "delete-file";

/// The folder of contents in the data folder.
const FOLDER: &str = "files";
/// A content whose act may still be under way is not swept.
const GRACE: Duration = Duration::from_hours(1);
/// A store that does not answer fails, instead of holding a request for minutes.
const PATIENCE: Duration = Duration::from_secs(20);
const ROWS_AT_ONCE: usize = 500;

/// Why a content was not kept or read.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The folder or S3 failed.
    #[error("the file store failed: {0}")]
    Store(#[from] object_store::Error),
    /// The folder or S3 did not answer.
    #[error("the file store does not answer")]
    Slow,
    /// What lies there is not what was sealed.
    #[error(transparent)]
    Sealed(#[from] VaultError),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// Where contents lie.
#[derive(Clone)]
pub struct Files {
    store: Arc<dyn ObjectStore>,
    folder: Key,
}

impl Files {
    /// The store at `url` (`s3://BUCKET/PREFIX`, reached as the environment's `AWS_…` say), or the folder `files` in
    /// `data`.
    pub fn open(url: Option<&str>, data: &Path) -> anyhow::Result<Self> {
        match url {
            Some(url) => Self::open_s3(url, std::env::vars()),
            None => Self::open_folder(&data.join(FOLDER)),
        }
    }

    fn open_folder(folder: &Path) -> anyhow::Result<Self> {
        disk::make_folder(folder).with_context(|| format!("the folder {} cannot be made", folder.display()))?;
        let store = LocalFileSystem::new_with_prefix(folder)
            .with_context(|| format!("the folder {} cannot be used", folder.display()))?
            .with_fsync(true);
        Ok(Self { store: Arc::new(store), folder: Key::default() })
    }

    /// The store at `url`, reached as `options` say (`aws_access_key_id`, `aws_endpoint`, …; others are ignored).
    pub fn open_s3(url: &str, options: impl IntoIterator<Item = (String, String)>) -> anyhow::Result<Self> {
        let is_bucket =
            |url: &reqwest::Url| url.scheme() == "s3" && url.host_str().is_some_and(|host| !host.is_empty());
        let Some(parsed) = reqwest::Url::parse(url).ok().filter(is_bucket) else {
            bail!(
                "files lie at s3://BUCKET/PREFIX, as --files says, or without it in the data folder, but not at {url:?}"
            );
        };
        tls::install();
        let (store, folder) = object_store::parse_url_opts(&parsed, options)
            .with_context(|| format!("files cannot be kept at {url}; are the AWS_… variables set?"))?;
        Ok(Self { store: Arc::from(store), folder })
    }

    fn place(&self, id: Uuid) -> Key {
        self.folder.clone().join(id.to_string())
    }

    /// Keeps `content` as the file `id`, sealed under `key`; durable before this returns.
    pub async fn put(&self, key: &DataKey, id: Uuid, content: &[u8]) -> Result<(), FileError> {
        let sealed = PutPayload::from(key.seal_file(id, content));
        patiently(self.store.put(&self.place(id), sealed)).await?;
        Ok(())
    }

    /// The content of the file `id`; nothing if it is not there.
    pub async fn get(&self, key: &DataKey, id: Uuid) -> Result<Option<Zeroizing<Vec<u8>>>, FileError> {
        let sealed = self.get_sealed(id).await?;
        Ok(sealed.map(|sealed| key.open_file(id, &sealed)).transpose()?)
    }

    /// The content of the file `id` as it lies there, sealed, for a backup; nothing if it is not there.
    pub async fn get_sealed(&self, id: Uuid) -> Result<Option<Vec<u8>>, FileError> {
        let place = self.place(id);
        match patiently(async { self.store.get(&place).await?.bytes().await }).await {
            Ok(sealed) => Ok(Some(sealed.to_vec())),
            Err(FileError::Store(object_store::Error::NotFound { .. })) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Keeps a content that is sealed already: for restoring a backup.
    pub async fn put_sealed(&self, id: Uuid, sealed: Vec<u8>) -> Result<(), FileError> {
        patiently(self.store.put(&self.place(id), PutPayload::from(sealed))).await?;
        Ok(())
    }

    /// Removes the content of the file `id`; no harm if it is gone.
    pub async fn delete(&self, id: Uuid) -> Result<(), FileError> {
        match patiently(self.store.delete(&self.place(id))).await {
            Err(FileError::Store(object_store::Error::NotFound { .. })) => Ok(()),
            other => other,
        }
    }

    /// Every file that has a content.
    pub async fn list(&self) -> Result<Vec<Uuid>, FileError> {
        let folder = (!self.folder.as_ref().is_empty()).then_some(&self.folder);
        let found = self.store.list(folder);
        let names: Vec<Option<Uuid>> =
            found.map_ok(|object| object.location.filename().and_then(|name| name.parse().ok())).try_collect().await?;
        Ok(names.into_iter().flatten().collect())
    }

    /// Removes contents that no row knows: those of acts that failed. Says how many.
    pub async fn sweep(&self, db: &Db, now: Instant) -> Result<usize, FileError> {
        let old: Vec<Uuid> = self.list().await?.into_iter().filter(|id| made_before(*id, now)).collect();
        let mut swept = 0;
        for ids in old.chunks(ROWS_AT_ONCE) {
            let known: Vec<Uuid> = file::Entity::find()
                .select_only()
                .column(file::Column::Id)
                .filter(file::Column::Id.is_in(ids.to_vec()))
                .into_tuple()
                .all(db.read())
                .await?;
            let known: HashSet<Uuid> = known.into_iter().collect();
            for id in ids.iter().filter(|id| !known.contains(id)) {
                self.delete(*id).await?;
                swept += 1;
            }
        }
        Ok(swept)
    }
}

/// Whether the act that `id` was made for is over, by the moment that a `UUIDv7` carries.
fn made_before(id: Uuid, now: Instant) -> bool {
    let made = id.get_timestamp().map(|stamp| stamp.to_unix()).and_then(|(seconds, _)| i64::try_from(seconds).ok());
    made.is_some_and(|seconds| Instant::from_millis(seconds.saturating_mul(1_000)) + GRACE <= now)
}

async fn patiently<T>(work: impl Future<Output = Result<T, object_store::Error>>) -> Result<T, FileError> {
    Ok(tokio::time::timeout(PATIENCE, work).await.map_err(|_| FileError::Slow)??)
}

/// A content that was put, for its row.
pub struct NewFile {
    /// The content's name.
    pub id: Uuid,
    /// Whose data key sealed it.
    pub owner: Uuid,
    /// What it is, such as `photo`; whoever serves it decides by this who may see it.
    pub kind: &'static str,
    /// As browsers are told.
    pub media_type: &'static str,
    /// The length of the content.
    pub bytes: usize,
}

/// Writes the row of a content that is durable already.
pub async fn add(tx: &Tx, new: NewFile, now: Instant) -> Result<(), DbErr> {
    let row = file::ActiveModel {
        id: Set(new.id),
        owner_id: Set(new.owner),
        kind: Set(new.kind.to_owned()),
        media_type: Set(new.media_type.to_owned()),
        bytes: Set(i64::try_from(new.bytes).unwrap_or(i64::MAX)),
        created_at: Set(now),
    };
    file::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// The row of the file `id`. It says nothing of who may read it.
pub async fn find(connection: &impl ConnectionTrait, id: Uuid) -> Result<Option<File>, DbErr> {
    file::Entity::find_by_id(id).one(connection).await
}

/// Every file that has a row.
pub async fn all(connection: &impl ConnectionTrait) -> Result<Vec<Uuid>, DbErr> {
    file::Entity::find().select_only().column(file::Column::Id).into_tuple().all(connection).await
}

/// Deletes the row of the file `id`, and has its content deleted after the commit.
pub async fn remove(tx: &Tx, id: Uuid, now: Instant) -> Result<(), DbErr> {
    file::Entity::delete_by_id(id).exec(tx).await?;
    jobs::add(tx, DELETE_FILE, id, now, now).await
}

mod file {
    use sea_orm::entity::prelude::*;

    use crate::infra::clock::Instant;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "files")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub owner_id: Uuid,
        pub kind: String,
        pub media_type: String,
        pub bytes: i64,
        pub created_at: Instant,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

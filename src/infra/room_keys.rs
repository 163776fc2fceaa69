//! The keys of rooms, kept apart from the database and left out of backups, so that destroying one erases its room.
//!
//! On one node they lie in `keys.db`: durable before the first message is sealed under them, overwritten when
//! destroyed (`secure_delete`), and gone from the write-ahead log at once (a truncating checkpoint). Ids of erased rooms
//! stay, so that a restored backup can be erased again.

use std::{
    collections::HashMap,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use sea_orm::{ActiveValue::Set, ConnectionTrait as _, DbErr, EntityTrait as _, sea_query::OnConflict};
use uuid::Uuid;

use super::{
    clock::Instant,
    master_keys::{KeyId, MasterKeys, wrapped_by},
    sqlite::{self, SqliteWriter},
    vault::{DataKey, VaultError},
};

/// The store of room keys of one node.
pub struct RoomKeys {
    file: SqliteWriter,
    master: Arc<MasterKeys>,
    opened: Mutex<HashMap<Uuid, DataKey>>,
    /// Held while a key goes from the file to memory, or is destroyed in both.
    moving: tokio::sync::Mutex<()>,
}

const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS room_keys (id BLOB PRIMARY KEY, wrapped BLOB NOT NULL, created_at INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS erased_rooms (id BLOB PRIMARY KEY, erased_at INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS wrapping_key (id INTEGER PRIMARY KEY, master_id BLOB NOT NULL);
    CREATE TABLE IF NOT EXISTS audit_head (id INTEGER PRIMARY KEY, place INTEGER NOT NULL, link BLOB NOT NULL);";
/// Each of the last two tables has one row.
const ONLY: i64 = 1;

impl RoomKeys {
    /// Opens `keys.db` in the data folder `folder`.
    pub async fn open(folder: &Path, master: Arc<MasterKeys>) -> Result<Self, DbErr> {
        let options = sqlite::options(&folder.join("keys.db"), 1, |options| options.pragma("secure_delete", "ON"));
        let file = SqliteWriter::open(options).await?;
        let transaction = file.begin().await?;
        transaction.tx.execute_unprepared(TABLES).await?;
        if let Ok(newest) = master.newest() {
            let row = wrapping::ActiveModel { id: Set(ONLY), master_id: Set(newest.id()) };
            let kept = OnConflict::column(wrapping::Column::Id).do_nothing().to_owned();
            wrapping::Entity::insert(row).on_conflict(kept).exec_without_returning(&transaction.tx).await?;
        }
        transaction.commit().await?;
        Ok(Self { file, master, opened: Mutex::default(), moving: tokio::sync::Mutex::default() })
    }

    /// Whether the last write could not be made durable.
    pub fn is_failing(&self) -> bool {
        self.file.is_failing()
    }

    /// Whether a key can be made durable now; asks the disk only if the last write failed.
    pub async fn prove(&self) -> Result<(), DbErr> {
        if self.is_failing() { self.file.begin().await?.commit().await } else { Ok(()) }
    }

    /// Makes the key of `room`, durable when this returns. A room that was erased gets none again.
    pub async fn create(&self, room: Uuid, now: Instant) -> Result<Option<DataKey>, VaultError> {
        if let Some(key) = self.find(room).await? {
            return Ok(Some(key));
        }
        let transaction = self.file.begin().await?;
        let tx = &transaction.tx;
        if erased_room::Entity::find_by_id(room).one(tx).await?.is_none() {
            let by = wrapping::Entity::find_by_id(ONLY).one(tx).await?.ok_or(VaultError::DoesNotOpen)?.master_id;
            let wrapped = self.master.wrap(by, &DataKey::generate(room))?;
            let row = room_key::ActiveModel { id: Set(room), wrapped: Set(wrapped), created_at: Set(now) };
            let kept = OnConflict::column(room_key::Column::Id).do_nothing().to_owned();
            room_key::Entity::insert(row).on_conflict(kept).exec_without_returning(tx).await?;
        }
        transaction.commit().await?;
        self.find(room).await
    }

    /// The key of `room`; nothing once the room is erased.
    pub async fn find(&self, room: Uuid) -> Result<Option<DataKey>, VaultError> {
        if let Some(key) = self.opened.lock().unwrap_or_else(PoisonError::into_inner).get(&room) {
            return Ok(Some(key.clone()));
        }
        let _moving = self.moving.lock().await;
        let found = self.file.outside(async |file| room_key::Entity::find_by_id(room).one(&file).await).await?;
        let Some(row) = found else { return Ok(None) };
        let key = self.master.unwrap(room, &row.wrapped)?;
        self.opened.lock().unwrap_or_else(PoisonError::into_inner).insert(room, key.clone());
        Ok(Some(key))
    }

    /// Destroys the key of `room`: gone from the file and its log when this returns. Doing it twice is harmless, and
    /// finishes what a first time left in the log because somebody else was reading the file.
    pub async fn destroy(&self, room: Uuid, now: Instant) -> Result<(), DbErr> {
        let _moving = self.moving.lock().await;
        let transaction = self.file.begin().await?;
        let tx = &transaction.tx;
        room_key::Entity::delete_by_id(room).exec(tx).await?;
        let row = erased_room::ActiveModel { id: Set(room), erased_at: Set(now) };
        let kept = OnConflict::column(erased_room::Column::Id).do_nothing().to_owned();
        erased_room::Entity::insert(row).on_conflict(kept).exec_without_returning(tx).await?;
        transaction.commit().await?;
        self.opened.lock().unwrap_or_else(PoisonError::into_inner).remove(&room);
        self.file.cut_log().await
    }

    /// Wraps every key anew by the master key `by`, and new ones from now on; what other master keys had wrapped is gone
    /// from the file and its log when this returns. Says how many these were.
    pub async fn wrap_anew(&self, by: KeyId) -> Result<u64, VaultError> {
        let _moving = self.moving.lock().await;
        let transaction = self.file.begin().await?;
        let tx = &transaction.tx;
        wrapping::Entity::update(wrapping::ActiveModel { id: Set(ONLY), master_id: Set(by) }).exec(tx).await?;
        let mut wrapped = 0;
        for row in room_key::Entity::find().all(tx).await? {
            if wrapped_by(&row.wrapped) != Some(by) {
                let anew = self.master.wrap(by, &self.master.unwrap(row.id, &row.wrapped)?)?;
                let row = room_key::ActiveModel { id: Set(row.id), wrapped: Set(anew), ..Default::default() };
                room_key::Entity::update(row).exec(tx).await?;
                wrapped += 1;
            }
        }
        transaction.commit().await?;
        self.file.cut_log().await?;
        Ok(wrapped)
    }

    /// Keeps the head of the audit chain outside the database, so that rows cut from the chain's end are noticed.
    pub async fn keep_audit_head(&self, place: i64, link: Vec<u8>) -> Result<(), DbErr> {
        let row = audit_head::ActiveModel { id: Set(ONLY), place: Set(place), link: Set(link) };
        let moved = OnConflict::column(audit_head::Column::Id)
            .update_columns([audit_head::Column::Place, audit_head::Column::Link])
            .to_owned();
        let transaction = self.file.begin().await?;
        audit_head::Entity::insert(row).on_conflict(moved).exec_without_returning(&transaction.tx).await?;
        transaction.commit().await
    }

    /// The head of the audit chain as it was kept last.
    pub async fn audit_head(&self) -> Result<Option<(i64, Vec<u8>)>, DbErr> {
        let head = self.file.outside(async |file| audit_head::Entity::find_by_id(ONLY).one(&file).await).await?;
        Ok(head.map(|row| (row.place, row.link)))
    }

    /// Whether a clinic was kept beside this: a room has a key or had one, or the audit log has begun.
    pub async fn is_used(&self) -> Result<bool, DbErr> {
        let open = self.file.outside(async |file| room_key::Entity::find().one(&file).await).await?.is_some();
        let erased = self.file.outside(async |file| erased_room::Entity::find().one(&file).await).await?.is_some();
        Ok(open || erased || self.audit_head().await?.is_some())
    }

    /// The rooms that have a key.
    pub async fn rooms(&self) -> Result<Vec<Uuid>, DbErr> {
        let rows = self.file.outside(async |file| room_key::Entity::find().all(&file).await).await?;
        Ok(rows.into_iter().map(|row| row.id).collect())
    }
}

mod room_key {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "room_keys")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub wrapped: Vec<u8>,
        pub created_at: crate::infra::clock::Instant,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod erased_room {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "erased_rooms")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub erased_at: crate::infra::clock::Instant,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod wrapping {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "wrapping_key")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        pub master_id: crate::infra::master_keys::KeyId,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod audit_head {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "audit_head")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        pub place: i64,
        pub link: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

#[cfg(test)]
mod tests {
    use sea_orm::{
        ConnectOptions, Database, DatabaseConnection, DbBackend, Statement, sqlx::sqlite::SqliteSynchronous,
    };

    use super::*;

    /// Before the first message of a room its key is on the disk: each commit waits for it (`synchronous` 2 is FULL), and
    /// what is overwritten is overwritten.
    #[tokio::test]
    async fn a_key_is_on_the_disk_before_it_is_used() {
        let folder = tempfile::TempDir::new().unwrap();
        let keys = RoomKeys::open(folder.path(), Arc::new(MasterKeys::generate())).await.unwrap();
        let told = async |store: &DatabaseConnection, setting: &str| {
            let query = Statement::from_string(DbBackend::Sqlite, format!("PRAGMA {setting}"));
            let row = store.query_one_raw(query).await.unwrap().unwrap();
            row.try_get_by_index::<String>(0).unwrap_or_else(|_| row.try_get_by_index::<i64>(0).unwrap().to_string())
        };
        let store = keys.file.outside(async |connection| Ok(connection)).await.unwrap();
        assert_eq!(told(&store, "journal_mode").await, "wal");
        assert_eq!(told(&store, "synchronous").await, "2");
        assert_eq!(told(&store, "secure_delete").await, "1");
        // The control: a connection that asks for none of it has none of it.
        let mut careless = ConnectOptions::new(format!("sqlite:{}", folder.path().join("keys.db").display()));
        careless
            .map_sqlx_sqlite_opts(|options| options.synchronous(SqliteSynchronous::Off).pragma("secure_delete", "OFF"));
        let careless = Box::pin(Database::connect(careless)).await.unwrap();
        assert_eq!(told(&careless, "synchronous").await, "0");
        assert_eq!(told(&careless, "secure_delete").await, "0");
    }
}

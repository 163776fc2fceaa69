//! Which recovery sheets were typed back, by whom.

use sea_orm::{ActiveValue::Set, DbErr, EntityTrait as _, sea_query::OnConflict};
use uuid::Uuid;

use crate::{
    app::App,
    infra::{clock::Instant, db::Tx, master_keys::KeyId, vault::VaultError},
};

pub(super) use recovery_sheet::Model as Confirmed;

/// Whether somebody has typed the recovery sheet of the present master key back. A new key needs a new sheet.
pub async fn sheet_confirmed(app: &App) -> Result<bool, VaultError> {
    let key = app.current_master_key().await?;
    Ok(confirmed(app, key.id()).await?.is_some())
}

pub(super) async fn confirmed(app: &App, key: KeyId) -> Result<Option<Confirmed>, DbErr> {
    recovery_sheet::Entity::find_by_id(key.uuid()).one(app.db.read()).await
}

/// Notes that `user` has typed the sheet of `key` back; the first time stays.
pub(super) async fn confirm(tx: &Tx, key: KeyId, user: Uuid, now: Instant) -> Result<(), DbErr> {
    let row = recovery_sheet::ActiveModel { id: Set(key.uuid()), confirmed_by: Set(user), confirmed_at: Set(now) };
    let kept = OnConflict::column(recovery_sheet::Column::Id).do_nothing().to_owned();
    recovery_sheet::Entity::insert(row).on_conflict(kept).exec_without_returning(tx).await?;
    Ok(())
}

mod recovery_sheet {
    use sea_orm::entity::prelude::*;

    use crate::infra::clock::Instant;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "recovery_sheets")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub confirmed_by: Uuid,
        pub confirmed_at: Instant,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

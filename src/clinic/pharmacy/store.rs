//! The rows of products.

use std::collections::HashMap;

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait as _, Condition, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
    sea_query::{Expr, ExprTrait as _, Func, LikeExpr, OnConflict},
};
use uuid::Uuid;

use super::{
    NewProduct,
    entity::{Category, Status, product},
};
use crate::infra::{clock::Instant, db::Tx, ids, typed};

/// Rows that go into one statement, well below what either engine binds.
const ROWS_A_STATEMENT: usize = 500;

/// What an import made of a product.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Change {
    /// It was not there.
    New,
    /// It was there, with another class, category or code.
    Changed,
    /// It was there just so.
    Same,
}

/// What an import made of all of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// Were not there.
    pub new: usize,
    /// Were there, otherwise.
    pub changed: usize,
    /// Were there.
    pub same: usize,
}

/// The medicines that can be prescribed, by name.
pub async fn active_medicines(connection: &impl ConnectionTrait) -> Result<Vec<product::Model>, DbErr> {
    product::Entity::find()
        .filter(product::Column::Status.eq(Status::Active))
        .filter(product::Column::Category.eq(Category::Medicine))
        .order_by_asc(product::Column::Name)
        .order_by_asc(product::Column::Form)
        .order_by_asc(product::Column::Strength)
        .all(connection)
        .await
}

/// Several products, retired ones too.
pub async fn find_products(
    connection: &impl ConnectionTrait,
    ids: Vec<Uuid>,
) -> Result<HashMap<Uuid, product::Model>, DbErr> {
    let products = product::Entity::find().filter(product::Column::Id.is_in(ids)).all(connection).await?;
    Ok(products.into_iter().map(|product| (product.id, product)).collect())
}

/// The product `id`.
pub(super) async fn find(connection: &impl ConnectionTrait, id: Uuid) -> Result<Option<product::Model>, DbErr> {
    product::Entity::find_by_id(id).one(connection).await
}

/// At most `most` products by name, whose name holds `query` or whose code it is, after the product `after`.
///
/// The order is that of an index, so that a page costs no more for what lies before it.
pub(super) async fn page_of(
    connection: &impl ConnectionTrait,
    query: &str,
    after: Option<&product::Model>,
    most: u64,
) -> Result<Vec<product::Model>, DbErr> {
    let mut select = product::Entity::find()
        .order_by_asc(product::Column::Name)
        .order_by_asc(product::Column::Form)
        .order_by_asc(product::Column::Strength)
        .limit(most);
    if let Some(after) = after {
        let columns = [product::Column::Name, product::Column::Form, product::Column::Strength];
        let place = [after.name.as_str(), &after.form, &after.strength];
        select = select.filter(Expr::tuple(columns.map(Expr::col)).gt(Expr::tuple(place.map(Expr::value))));
    }
    if !query.is_empty() {
        let escaped: String = query
            .to_lowercase()
            .chars()
            .flat_map(|letter| match letter {
                '%' | '_' | '\\' => vec!['\\', letter],
                _ => vec![letter],
            })
            .collect();
        let pattern = LikeExpr::new(format!("%{escaped}%")).escape('\\');
        let name = Expr::expr(Func::lower(Expr::col(product::Column::Name))).like(pattern);
        select = select.filter(Condition::any().add(name).add(product::Column::KfaCode.eq(typed::as_seen(query))));
    }
    select.all(connection).await
}

/// Adds a product; refused by `Unique::Product` if there is one of its name, form and strength.
pub(super) async fn insert(tx: &Tx, new: NewProduct, now: Instant) -> Result<Uuid, DbErr> {
    let row = row(new, now);
    let id = row.id.clone().take().unwrap_or_default();
    product::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(id)
}

/// Changes a product; refused by `Unique::Product` as [`insert`] is.
pub(super) async fn update(tx: &Tx, id: Uuid, new: NewProduct, now: Instant) -> Result<(), DbErr> {
    product::Entity::update_many()
        .col_expr(product::Column::Identity, Expr::value(new.identity()))
        .col_expr(product::Column::Name, Expr::value(new.name))
        .col_expr(product::Column::Form, Expr::value(new.form))
        .col_expr(product::Column::Strength, Expr::value(new.strength))
        .col_expr(product::Column::MedicineClass, Expr::value(new.medicine_class))
        .col_expr(product::Column::Category, Expr::value(new.category))
        .col_expr(product::Column::KfaCode, Expr::value(new.kfa_code))
        .col_expr(product::Column::UpdatedAt, Expr::value(now))
        .filter(product::Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

/// Lets a product be prescribed, or no longer.
pub(super) async fn set_status(tx: &Tx, id: Uuid, status: Status, now: Instant) -> Result<(), DbErr> {
    product::Entity::update_many()
        .col_expr(product::Column::Status, Expr::value(status))
        .col_expr(product::Column::UpdatedAt, Expr::value(now))
        .filter(product::Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

/// Adds a product, or brings the one of its name, form and strength up to date, which stays written as it is; returns
/// its id.
pub async fn upsert(tx: &Tx, new: NewProduct, now: Instant) -> Result<(Uuid, Change), DbErr> {
    let found = product::Entity::find().filter(product::Column::Identity.eq(new.identity())).one(tx).await?;
    match found {
        None => Ok((insert(tx, new, now).await?, Change::New)),
        Some(row) if new.is_same_as(&row) => Ok((row.id, Change::Same)),
        Some(row) => update(tx, row.id, new.written_as(&row), now).await.map(|()| (row.id, Change::Changed)),
    }
}

/// The same for a whole list, in few statements. A retired product stays retired.
pub async fn upsert_all(tx: &Tx, list: Vec<NewProduct>, now: Instant) -> Result<Counts, DbErr> {
    let rows = product::Entity::find().all(tx).await?;
    let known: HashMap<_, _> = rows.into_iter().map(|row| (row.identity.clone(), row)).collect();
    let mut counts = Counts::default();
    let mut rows = Vec::new();
    for new in list {
        match known.get(&new.identity()) {
            Some(row) if new.is_same_as(row) => {
                counts.same += 1;
                continue;
            }
            Some(_) => counts.changed += 1,
            None => counts.new += 1,
        }
        rows.push(row(new, now));
    }
    for chunk in rows.chunks(ROWS_A_STATEMENT) {
        let renew = OnConflict::column(product::Column::Identity)
            .update_columns([
                product::Column::Category,
                product::Column::MedicineClass,
                product::Column::KfaCode,
                product::Column::UpdatedAt,
            ])
            .to_owned();
        product::Entity::insert_many(chunk.to_vec()).on_conflict(renew).exec_without_returning(tx).await?;
    }
    Ok(counts)
}

fn row(new: NewProduct, now: Instant) -> product::ActiveModel {
    product::ActiveModel {
        id: Set(ids::new(now)),
        identity: Set(new.identity()),
        category: Set(new.category),
        name: Set(new.name),
        form: Set(new.form),
        strength: Set(new.strength),
        medicine_class: Set(new.medicine_class),
        kfa_code: Set(new.kfa_code),
        status: Set(Status::Active),
        created_at: Set(now),
        updated_at: Set(now),
    }
}

//! What makes a product one and no other, whatever its capitals and spaces (R2). Doubles that are there already stay two.

use std::collections::HashMap;

use sea_orm_migration::{
    prelude::*,
    schema::text,
    sea_orm::{ConnectionTrait, Statement},
};
use unicode_normalization::UnicodeNormalization as _;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut changed = Table::alter();
        changed.table("products").add_column(text("identity").default(""));
        manager.alter_table(changed).await?;
        fill(manager.get_connection()).await?;
        manager.create_index(crate::unique("products_identity_unique", "products", &["identity"])).await?;
        let mut exact = Index::drop();
        exact.name("products_name_unique").table("products");
        manager.drop_index(exact).await?;
        manager.create_index(crate::index("products_order", "products", &["name", "form", "strength"])).await
    }
}

/// Of doubles the one that can be prescribed, or the oldest, is the one that is found from now on.
async fn fill(connection: &impl ConnectionTrait) -> Result<(), DbErr> {
    let all = "SELECT name, form, strength FROM products ORDER BY status, created_at, name, form, strength";
    let mut seen: HashMap<String, u32> = HashMap::new();
    for row in connection.query_all_raw(Statement::from_string(connection.get_database_backend(), all)).await? {
        let [name, form, strength]: [String; 3] =
            [row.try_get("", "name")?, row.try_get("", "form")?, row.try_get("", "strength")?];
        let mut identity = [words(&name).join(" "), words(&form).join(" "), words(&strength).concat()].join("\n");
        let count = seen.entry(identity.clone()).or_default();
        *count += 1;
        if *count > 1 {
            identity = format!("{identity}\n{count}");
        }
        let mut update = Query::update();
        update
            .table("products")
            .value("identity", identity)
            .and_where(Expr::col("name").eq(name))
            .and_where(Expr::col("form").eq(form))
            .and_where(Expr::col("strength").eq(strength));
        connection.execute(&update).await?;
    }
    Ok(())
}

fn words(text: &str) -> Vec<String> {
    let small: String = text.nfkc().flat_map(char::to_lowercase).collect();
    small.split_whitespace().map(str::to_owned).collect()
}

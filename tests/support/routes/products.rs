//! Products and their import.

use reqwest::Method;

use super::{Case, World, unique_name};

const PRODUCTS: &str = "name,form,strength,medicine_class,category,kfa_code\nSalbutamol,tablet,2 mg,keras,medicine,\n";

fn product_form<'a>(name: &'a str, strength: &'a str) -> [(&'static str, &'a str); 6] {
    [
        ("name", name),
        ("form", "tablet"),
        ("strength", strength),
        ("medicine_class", "bebas"),
        ("category", "medicine"),
        ("kfa_code", ""),
    ]
}

impl World {
    pub(super) async fn case_of_products(&self, method: &Method, path: &str) -> Option<Case> {
        let admin = &self.admin;
        Some(match (method.as_str(), path) {
            ("GET", "/admin/products/new" | "/admin/products/import") => Case::of(path, admin),
            ("GET", "/admin/products") => {
                self.product().await;
                Case::of(path, admin).says("Antasida")
            }
            ("POST", "/admin/products/new") => {
                Case::of(path, admin).with(&product_form(&unique_name("Vitamin"), "50 mg"))
            }
            ("POST", "/admin/products/import") => Case { file: Some(PRODUCTS.into()), ..Case::of(path, admin) },
            ("GET", "/admin/products/{product}") => {
                Case::of(format!("/admin/products/{}", self.product().await), admin).says("Antasida")
            }
            ("POST", "/admin/products/{product}") => {
                Case::of(format!("/admin/products/{}", self.product().await), admin)
                    .with(&product_form(&unique_name("Vitamin"), "100 mg"))
            }
            ("POST", "/admin/products/{product}/retire" | "/admin/products/{product}/restore") => {
                let (act, product) = (path.rsplit('/').next().unwrap(), self.product().await);
                if act == "restore" {
                    let retired = admin.post(&format!("/admin/products/{product}/retire"), &[]).await;
                    assert!(retired.status.is_redirection(), "{}: {}", retired.status, retired.body);
                }
                Case::of(format!("/admin/products/{product}/{act}"), admin)
            }
            _ => return None,
        })
    }
}

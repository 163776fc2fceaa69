//! A browser without a screen: keeps cookies, reads pages, sends forms with the page's own token.

use std::sync::Arc;

use reqwest::{
    Client, Method, RequestBuilder, StatusCode, Url,
    cookie::{CookieStore as _, Jar},
    header::HeaderValue,
    redirect,
};
use scraper::{Html, Selector};

/// Somebody's browser.
#[derive(Clone)]
pub struct Browser {
    client: Client,
    jar: Arc<Jar>,
    address: String,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: reqwest::header::HeaderMap,
    pub body: String,
}

impl Answer {
    /// Where a redirect leads.
    pub fn location(&self) -> &str {
        self.headers.get("location").map_or("", |value| value.to_str().unwrap())
    }

    /// The page.
    pub fn html(&self) -> Html {
        Html::parse_document(&self.body)
    }

    /// The text of the first element that `selector` finds.
    pub fn text(&self, selector: &str) -> Option<String> {
        let found = self.html();
        let element = found.select(&Selector::parse(selector).unwrap()).next()?;
        Some(element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// The attribute `name` of every element that `selector` finds.
    pub fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        let found = self.html();
        found
            .select(&Selector::parse(selector).unwrap())
            .filter_map(|element| element.attr(name).map(str::to_owned))
            .collect()
    }

    /// How many elements `selector` finds.
    pub fn count(&self, selector: &str) -> usize {
        self.html().select(&Selector::parse(selector).unwrap()).count()
    }

    /// The answer as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

impl Browser {
    pub fn new(address: &str) -> Self {
        Self::with_jar(address, Jar::default())
    }

    /// A browser that has the cookie `name` already.
    pub fn with_cookie(address: &str, name: &str, value: &str) -> Self {
        let jar = Jar::default();
        jar.add_cookie_str(&format!("{name}={value}; Path=/"), &Url::parse(address).unwrap());
        Self::with_jar(address, jar)
    }

    /// The browser of somebody who signed in before.
    pub fn with_session(address: &str, token: &str) -> Self {
        Self::with_cookie(address, "praktik_session", token)
    }

    fn with_jar(address: &str, jar: impl Into<Arc<Jar>>) -> Self {
        praktik::infra::tls::install();
        let jar = jar.into();
        let client = Client::builder()
            .cookie_provider(Arc::clone(&jar))
            .redirect(redirect::Policy::none())
            // It goes to the clinic alone, in the clear: reading the machine's certificates took a tenth of all tests' time.
            .tls_certs_only([]);
        Self { client: client.build().unwrap(), jar, address: address.to_owned() }
    }

    /// A browser with the same cookies and one more.
    pub fn and_cookie(&self, name: &str, value: &str) -> Self {
        let own = self.cookies().map(|cookies| cookies.to_str().unwrap().to_owned()).unwrap_or_default();
        let browser = Self::with_cookie(&self.address, name, value);
        for cookie in own.split("; ") {
            browser.jar.add_cookie_str(&format!("{cookie}; Path=/"), &Url::parse(&self.address).unwrap());
        }
        browser
    }

    /// The same browser, with the same cookies, at another address of the clinic.
    pub fn at(&self, address: &str) -> Self {
        Self::with_jar(address, Arc::clone(&self.jar))
    }

    /// Where it looks for the clinic.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Its cookies, as it sends them.
    pub fn cookies(&self) -> Option<HeaderValue> {
        self.jar.cookies(&Url::parse(&self.address).unwrap())
    }

    /// All its cookies, those too that it sends over TLS alone.
    pub fn every_cookie(&self) -> Option<String> {
        let address = Url::parse(&self.address.replace("http://", "https://")).unwrap();
        self.jar.cookies(&address).map(|cookies| cookies.to_str().unwrap().to_owned())
    }

    /// A bare request, to shape as a test likes.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.address))
    }

    /// Sends a request.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        Answer { status, headers, body: response.text().await.unwrap() }
    }

    /// Sends a request that may be none: `is_builder` of the error says that it could not be put into words, any other
    /// that no whole answer came.
    pub async fn try_send(&self, request: RequestBuilder) -> reqwest::Result<Answer> {
        let response = request.send().await?;
        let (status, headers) = (response.status(), response.headers().clone());
        Ok(Answer { status, headers, body: response.text().await? })
    }

    /// Opens a page.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    /// The token that this browser's forms carry at present.
    pub async fn csrf(&self) -> String {
        let page = self.get("/no-such-page").await;
        page.attributes("meta[name=csrf-token]", "content").remove(0)
    }

    /// Sends a form, with the token of a page of this browser.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.csrf().await;
        let mut all = vec![("csrf_token", token.as_str())];
        all.extend_from_slice(fields);
        self.send(self.request(Method::POST, path).form(&all)).await
    }

    /// Sends a form as a script does, and takes JSON.
    pub async fn post_json(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.csrf().await;
        let request =
            self.request(Method::POST, path).header("accept", "application/json").header("x-csrf-token", token);
        self.send(request.form(fields)).await
    }

    /// Signs in and expects to be let in.
    pub async fn log_in(&self, email: &str, password: &str) -> Answer {
        let answer = self.post("/login", &[("email", email), ("password", password)]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{email} was not let in: {}", answer.body);
        answer
    }
}

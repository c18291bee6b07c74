//! What clients of Mattermost count on that was recorded without its bytes, or not at all.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use reqwest::{
    Method, Response, StatusCode,
    multipart::{Form, Part},
};
use serde_json::{Value, json};
use simulators::{draw_jpeg, mattermost::Mattermost};

struct Hall {
    server: Mattermost,
    admin: Value,
    bot: Value,
    anne: Value,
    bob: Value,
    channel: String,
}

async fn control(server: &Mattermost, what: &str, body: Value) -> Value {
    let url = format!("{}/_sim/{what}", server.url());
    simulators::http().post(url).json(&body).send().await.unwrap().json().await.unwrap()
}

async fn hall() -> Hall {
    let server = Mattermost::start("127.0.0.1:0").await.unwrap();
    let admin = control(&server, "admin", json!({})).await;
    let bot = control(&server, "bots", json!({ "username": "passerelle" })).await;
    let anne = control(&server, "people", json!({ "username": "anne" })).await;
    let bob = control(&server, "people", json!({ "username": "bob" })).await;
    let members = [&bot["id"], &anne["id"]];
    let channel = json!({ "name": "le-lieu", "display_name": "Le lieu", "members": members });
    let channel = control(&server, "channels", channel).await["id"].as_str().unwrap().to_owned();
    Hall { server, admin, bot, anne, bob, channel }
}

impl Hall {
    async fn ask(&self, who: &Value, method: Method, path: &str, body: Value) -> (u16, Value) {
        let request = simulators::http().request(method, format!("{}{path}", self.server.url()));
        let request = request.bearer_auth(who["token"].as_str().unwrap()).json(&body);
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap_or_default())
    }

    async fn upload(&self, name: &str, bytes: Vec<u8>) -> String {
        let form = Form::new()
            .text("channel_id", self.channel.clone())
            .part("files", Part::bytes(bytes).file_name(name.to_owned()));
        let request = simulators::http().post(format!("{}/api/v4/files", self.server.url()));
        let request = request.bearer_auth(self.bot["token"].as_str().unwrap()).multipart(form);
        let told: Value = request.send().await.unwrap().json().await.unwrap();
        told["file_infos"][0]["id"].as_str().unwrap().to_owned()
    }

    async fn download(&self, path: &str, range: Option<&str>) -> Response {
        let request = simulators::http().get(format!("{}/api/v4/files/{path}", self.server.url()));
        let request = request.bearer_auth(self.bot["token"].as_str().unwrap());
        let request = match range {
            Some(range) => request.header("range", range),
            None => request,
        };
        request.send().await.unwrap()
    }
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn files_are_sent_in_part_and_harmless() {
    let hall = hall().await;
    let text = hall.upload("été n°1.txt", b"0123456789".to_vec()).await;
    let whole = hall.download(&text, None).await;
    assert_eq!(header(&whole, "accept-ranges"), "bytes");
    let name = "%C3%A9t%C3%A9%20n%C2%B01.txt";
    assert_eq!(
        header(&whole, "content-disposition"),
        format!("attachment;filename=\"{name}\"; filename*=UTF-8''{name}")
    );
    for (range, bytes, told) in [
        ("bytes=2-4", "234", "bytes 2-4/10"),
        ("bytes=7-", "789", "bytes 7-9/10"),
        ("bytes=-2", "89", "bytes 8-9/10"),
    ] {
        let part = hall.download(&text, Some(range)).await;
        assert_eq!((part.status(), header(&part, "content-range")), (StatusCode::PARTIAL_CONTENT, told));
        assert_eq!(part.text().await.unwrap(), bytes);
    }
    let beyond = hall.download(&text, Some("bytes=10-")).await;
    assert_eq!(
        (beyond.status(), header(&beyond, "content-range")),
        (StatusCode::RANGE_NOT_SATISFIABLE, "bytes */10")
    );
    let page = hall.upload("page.html", b"<html><script>alert(1)</script></html>".to_vec()).await;
    let page = hall.download(&page, None).await;
    assert_eq!(
        (header(&page, "content-type"), header(&page, "x-content-type-options")),
        ("text/plain", "nosniff")
    );
}

#[tokio::test]
async fn pictures_have_smaller_ones() {
    let hall = hall().await;
    let picture = hall.upload("lieu.jpg", draw_jpeg(640, 480, 7)).await;
    assert!(header(&hall.download(&picture, None).await, "content-disposition").starts_with("inline;"));
    let (_, info) =
        hall.ask(&hall.bot, Method::GET, &format!("/api/v4/files/{picture}/info"), json!({})).await;
    assert_eq!((&info["width"], &info["has_preview_image"]), (&json!(640), &json!(true)));
    let thumbnail = hall.download(&format!("{picture}/thumbnail"), None).await;
    assert_eq!((thumbnail.status(), header(&thumbnail, "content-type")), (StatusCode::OK, "image/jpeg"));
    let text = hall.upload("a.txt", b"a".to_vec()).await;
    let none = hall.download(&format!("{text}/thumbnail"), None).await;
    assert_eq!(none.status(), StatusCode::BAD_REQUEST);
    assert_eq!(
        none.json::<Value>().await.unwrap()["id"],
        "api.file.get_file_thumbnail.no_thumbnail.app_error"
    );
}

#[tokio::test]
async fn a_few_people_have_a_channel_of_their_own() {
    let hall = hall().await;
    let people = json!([hall.anne["id"], hall.bob["id"]]);
    let (status, group) = hall.ask(&hall.bot, Method::POST, "/api/v4/channels/group", people.clone()).await;
    assert_eq!(
        (status, &group["type"], &group["display_name"]),
        (201, &json!("G"), &json!("anne, bob, passerelle"))
    );
    assert_eq!(
        hall.ask(&hall.anne, Method::POST, "/api/v4/channels/group", json!([hall.bob["id"], hall.bot["id"]]))
            .await
            .1["id"],
        group["id"]
    );
    let (status, few) =
        hall.ask(&hall.bot, Method::POST, "/api/v4/channels/group", json!([hall.bob["id"]])).await;
    assert_eq!((status, &few["id"]), (400, &json!("api.channel.create_group.bad_size.app_error")));
    let members = format!("/api/v4/channels/{}/members", group["id"].as_str().unwrap());
    let (status, closed) =
        hall.ask(&hall.bot, Method::POST, &members, json!({ "user_id": hall.admin["id"] })).await;
    assert_eq!((status, &closed["id"]), (400, &json!("api.channel.add_user_to_channel.type.app_error")));
}

#[tokio::test]
async fn webhooks_post_and_tell_nothing() {
    let hall = hall().await;
    let hook = json!({ "channel_id": hall.channel, "display_name": "Crochet" });
    assert_eq!(hall.ask(&hall.bot, Method::POST, "/api/v4/hooks/incoming", hook.clone()).await.0, 403);
    let (status, made) = hall.ask(&hall.admin, Method::POST, "/api/v4/hooks/incoming", hook).await;
    assert_eq!(status, 201);
    let url = format!("{}/hooks/{}", hall.server.url(), made["id"].as_str().unwrap());
    let said = json!({ "text": "bonjour", "username": "Jeanne" });
    let answer = simulators::http().post(url).json(&said).send().await.unwrap();
    assert_eq!(answer.text().await.unwrap(), "ok");
    let posts = format!("/api/v4/channels/{}/posts", hall.channel);
    let (_, page) = hall.ask(&hall.bot, Method::GET, &posts, json!({})).await;
    let last = &page["posts"][page["order"][0].as_str().unwrap()];
    assert_eq!((&last["message"], &last["user_id"]), (&json!("bonjour"), &hall.admin["id"]));
    assert_eq!(last["props"]["override_username"], "Jeanne");
}

#[tokio::test]
async fn who_signs_out_is_out_but_not_their_programs() {
    let hall = hall().await;
    let login = json!({ "login_id": "anne", "password": "secret" });
    let request = simulators::http().post(format!("{}/api/v4/users/login", hall.server.url())).json(&login);
    let answer = request.send().await.unwrap();
    let session = json!({ "token": header(&answer, "token") });
    assert_eq!(hall.ask(&session, Method::POST, "/api/v4/users/logout", json!({})).await.0, 200);
    assert_eq!(hall.ask(&session, Method::GET, "/api/v4/users/me", json!({})).await.0, 401);
    hall.ask(&hall.anne, Method::POST, "/api/v4/users/logout", json!({})).await;
    assert_eq!(hall.ask(&hall.anne, Method::GET, "/api/v4/users/me", json!({})).await.0, 200);
    let (_, found) = hall.ask(&hall.bot, Method::POST, "/api/v4/users/search", json!({ "term": "an" })).await;
    assert_eq!(found[0]["username"], "anne");
}

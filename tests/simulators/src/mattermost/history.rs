//! Posts read back: pages, what changed since, threads, what is pinned. (API v4, "Posts")

use serde_json::{Map, Value, json};

use super::{error::Refusal, model::Post, world::World};

type Made<T> = Result<T, Refusal>;

/// Posts that `since` gives at most.
const CUT: usize = 1000;

/// A page of a channel's history that is asked for.
#[derive(Clone, Debug, Default)]
pub struct Page {
    pub since: i64,
    pub before: Option<String>,
    pub after: Option<String>,
    pub number: usize,
    pub size: usize,
    pub skip_threads: bool,
}

impl World {
    /// `GET /posts/{id}/thread`. The post that was asked for is named twice.
    pub fn get_thread(&self, user: &str, id: &str) -> Made<Value> {
        let post = self.visible_post(user, id)?;
        let root = if post.root.is_empty() { post.id.clone() } else { post.root.clone() };
        let mut thread: Vec<&Post> = self
            .posts
            .values()
            .filter(|one| (one.id == root || one.root == root) && one.delete_at == 0)
            .collect();
        thread.sort_by_key(|post| post.create_at);
        let order: Vec<&String> =
            std::iter::once(&post.id).chain(thread.iter().map(|post| &post.id)).collect();
        let posts: Map<String, Value> =
            thread.iter().map(|post| (post.id.clone(), self.post_json(post))).collect();
        Ok(json!({ "order": order, "posts": posts, "next_post_id": "", "prev_post_id": "" }))
    }

    /// `GET /channels/{id}/posts`.
    pub fn page(&self, user: &str, channel: &str, page: &Page) -> Made<Value> {
        self.may_read(user, channel)?;
        let Some(place) = self.channels.get(channel) else { return Err(Refusal::permissions()) };
        if page.since > 0 {
            return Ok(self.changed_since(channel, page.since));
        }
        let at =
            |id: &Option<String>| id.as_ref().and_then(|id| self.posts.get(id)).map(|post| post.create_at);
        let (before, after) = (at(&page.before), at(&page.after));
        let mut posts: Vec<&Post> = place
            .posts
            .iter()
            .filter_map(|id| self.posts.get(id))
            .filter(|post| post.delete_at == 0)
            .collect();
        // Of the same millisecond as the one that is named, all are passed over.
        posts.retain(|post| before.is_none_or(|at| post.create_at < at));
        posts.retain(|post| after.is_none_or(|at| post.create_at > at));
        let size = if page.size == 0 { 60 } else { page.size.min(200) };
        posts.sort_by_key(|post| post.create_at);
        if after.is_none() {
            posts.reverse();
        }
        let mut shown: Vec<&Post> = posts.into_iter().skip(page.number * size).take(size).collect();
        shown.sort_by_key(|post| std::cmp::Reverse(post.create_at));
        let mut told: Map<String, Value> =
            shown.iter().map(|post| (post.id.clone(), self.post_json(post))).collect();
        if !page.skip_threads {
            let roots: Vec<&String> =
                shown.iter().map(|post| if post.root.is_empty() { &post.id } else { &post.root }).collect();
            let threads = self.posts.values().filter(|post| {
                post.delete_at == 0 && (roots.contains(&&post.root) || roots.contains(&&post.id))
            });
            told.extend(threads.map(|post| (post.id.clone(), self.post_json(post))));
        }
        let order: Vec<&String> = shown.iter().map(|post| &post.id).collect();
        Ok(json!({ "order": order, "posts": told, "next_post_id": "", "prev_post_id": "" }))
    }

    /// Everything that changed, deletions and old versions too; no more than so many, in no order.
    fn changed_since(&self, channel: &str, since: i64) -> Value {
        let versions = self.versions.get(channel).into_iter().flatten();
        let posts = self.posts.values().filter(|post| post.channel == channel);
        let mut changed: Vec<&Post> = posts.chain(versions).filter(|post| post.update_at > since).collect();
        // As good as no order, and the same each time.
        changed.sort_by(|a, b| a.id.cmp(&b.id));
        changed.truncate(CUT);
        changed.sort_by_key(|post| std::cmp::Reverse(post.create_at));
        let order: Vec<&String> = changed.iter().map(|post| &post.id).collect();
        let told: Map<String, Value> =
            changed.iter().map(|post| (post.id.clone(), self.post_json(post))).collect();
        json!({ "order": order, "posts": told, "next_post_id": "", "prev_post_id": "" })
    }

    /// `GET /channels/{id}/pinned`.
    pub fn pinned(&self, user: &str, channel: &str) -> Made<Value> {
        self.may_read(user, channel)?;
        let pinned = |post: &&Post| post.channel == channel && post.is_pinned && post.delete_at == 0;
        let mut posts: Vec<&Post> = self.posts.values().filter(pinned).collect();
        posts.sort_by_key(|post| post.create_at);
        let order: Vec<&String> = posts.iter().map(|post| &post.id).collect();
        let told: Map<String, Value> =
            posts.iter().map(|post| (post.id.clone(), self.post_json(post))).collect();
        Ok(json!({ "order": order, "posts": told, "next_post_id": "", "prev_post_id": "" }))
    }
}

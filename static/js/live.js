// Keeps a page fresh, says when it cannot, and loses nothing that somebody typed. Everything works without it.
import { serveCopyButtons } from "./copy.js";
import { keepDrafts } from "./drafts.js";
import { forgetWhenAsked } from "./forgetting.js";
import { keepForLater } from "./installed.js";
import { keepOpen } from "./kept_open.js";
import { countLetters } from "./lengths.js";
import { countLooked } from "./looked.js";
import { keepOrder } from "./order.js";
import { openOutbox } from "./outbox.js";
import { keepPlace } from "./place.js";
import { watchPosts } from "./posts.js";
import { watchFriend } from "./shown.js";
import { follow } from "./stream.js";

watchPosts();
serveCopyButtons();
keepOpen();
keepDrafts();
countLetters();
countLooked();
forgetWhenAsked();
keepOrder();
watchFriend();
keepPlace();
openOutbox();
follow();
keepForLater();
if (window.htmx) document.documentElement.dataset.live = "yes"; // or old.js fetches the page anew

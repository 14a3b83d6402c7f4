/** The icons in use, drawn from lucide's shapes as inline SVG; nothing else of the set is shipped. */

import {
  Activity,
  ArrowDown,
  ArrowDownWideNarrow,
  ArrowLeft,
  ArrowUp,
  AtSign,
  Bell,
  Check,
  CheckCheck,
  ChevronDown,
  CircleCheck,
  CircleDot,
  Clock,
  Download,
  Ellipsis,
  Eye,
  File,
  Flag,
  Forward,
  Globe,
  Hand,
  GripVertical,
  Hash,
  Image,
  Inbox,
  Keyboard,
  Layers,
  Lock,
  LogOut,
  Mail,
  MessageCircle,
  MessageSquare,
  MessageSquareMore,
  Monitor,
  Moon,
  Paperclip,
  Pause,
  Phone,
  Plus,
  PanelRight,
  RotateCcw,
  RotateCw,
  Search,
  Send,
  Settings,
  ShieldAlert,
  Sun,
  Tag,
  TriangleAlert,
  Undo2,
  User,
  Users,
  Video,
  WifiOff,
  X,
  Zap,
  Contrast,
  SlidersHorizontal,
  CornerUpLeft,
  Copy,
  PenLine,
  Upload,
  MessagesSquare,
} from "lucide";
import { h } from "preact";

const ICONS = {
  activity: Activity,
  video: Video,
  sort: ArrowDownWideNarrow,
  lower: ArrowDown,
  higher: ArrowUp,
  drag: GripVertical,
  back: ArrowLeft,
  mention: AtSign,
  bell: Bell,
  check: Check,
  checks: CheckCheck,
  down: ChevronDown,
  resolved: CircleCheck,
  dot: CircleDot,
  clock: Clock,
  download: Download,
  more: Ellipsis,
  eye: Eye,
  file: File,
  flag: Flag,
  forward: Forward,
  globe: Globe,
  hand: Hand,
  hash: Hash,
  image: Image,
  inbox: Inbox,
  keyboard: Keyboard,
  layers: Layers,
  lock: Lock,
  leave: LogOut,
  mail: Mail,
  circle: MessageCircle,
  chat: MessageSquare,
  sms: MessageSquareMore,
  system: Monitor,
  moon: Moon,
  clip: Paperclip,
  pause: Pause,
  phone: Phone,
  plus: Plus,
  panel: PanelRight,
  again: RotateCw,
  reopen: RotateCcw,
  search: Search,
  send: Send,
  settings: Settings,
  quarantine: ShieldAlert,
  sun: Sun,
  tag: Tag,
  alert: TriangleAlert,
  undo: Undo2,
  user: User,
  users: Users,
  offline: WifiOff,
  close: X,
  bolt: Zap,
  contrast: Contrast,
  filter: SlidersHorizontal,
  reply: CornerUpLeft,
  copy: Copy,
  pen: PenLine,
  upload: Upload,
  talk: MessagesSquare,
} as const;

export type IconName = keyof typeof ICONS;
type Size = "s" | "m" | "l" | "xl";

/** A decorative icon; what it stands for is said in words beside it or in the control's label. */
export function Icon({ name, size = "m", turns = false }: { name: IconName; size?: Size; turns?: boolean }) {
  const classes = ["icon", size === "m" ? "" : `icon--${size}`, turns ? "icon--turns" : ""].filter(Boolean).join(" ");
  return (
    <svg class={classes} viewBox="0 0 24 24" aria-hidden="true">
      {shapes(name)}
    </svg>
  );
}

/** The bare shapes, for drawing inside another SVG such as a ring. */
export function shapes(name: IconName) {
  return ICONS[name].map(([tag, attributes], at) => h(tag, { ...attributes, key: at }));
}

/** The icon of a channel's kind; kinds unknown here get the general one. */
export function iconOfKind(kind: string | undefined): IconName {
  switch (kind) {
    case "email":
      return "mail";
    case "chat":
      return "chat";
    case "sms":
      return "sms";
    case "voice":
      return "phone";
    case "video":
      return "video";
    case "whatsapp":
      return "circle";
    case "telegram":
      return "send";
    case "slack":
      return "hash";
    default:
      return "globe";
  }
}

/** What a queue may be drawn as; each is the name of an icon. */
export const QUEUE_ICONS = [
  "layers",
  "inbox",
  "mail",
  "chat",
  "phone",
  "globe",
  "users",
  "flag",
  "bolt",
  "tag",
] as const;

/** The icon of a queue; the general one where it has none, or one unknown here. */
export function iconOfQueue(name: string | null | undefined): IconName {
  return QUEUE_ICONS.find((one) => one === name) ?? "layers";
}

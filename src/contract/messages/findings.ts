import type { Finding } from '../terminal/calls-devices.ts';
import type { MessageLanguage } from './catalogue.ts';

/** How a thing is, and what to do about it; the second is empty where nothing is to be done. */
type Sentences = readonly [what: string, todo: string];

const ZH = {
  'runtime-ok': ['程序环境正常（Node {{node}}）', ''],
  'runtime-too-old': ['程序环境太旧（Node {{node}}）', '请安装最新版程序。'],
  'runtime-driver-missing': ['缺少驱动：{{drivers}}', '请重新安装程序；Linux 上再装 libusb-1.0-0 和 udev。'],
  'database-ok': ['账本正常：{{entries}} 条，{{megabytes}} MB', ''],
  'database-none': ['还没有账本', '请先激活本机。'],
  'database-fault': ['账本打不开（{{fault}}）', '请不要删除或替换文件，联系运维恢复。'],
  'database-broken': [
    '账本有损坏（{{what}} {{where}}）',
    '请不要继续收券，不要删除或替换文件，联系运维恢复。',
  ],
  'key-none': ['还没有终端密钥', '激活时会生成。'],
  'key-sealed': ['终端密钥由系统的密钥库加密保存', ''],
  'key-in-file': ['终端密钥存在文件里：系统没有密钥库', '只有本用户能读它；请给磁盘加密，并看管好这台电脑。'],
  'key-open': [
    '别的用户也能读终端密钥（{{path}}）',
    '请把文件权限改成 600；怀疑被人拿走时，请清算方停用本机。',
  ],
  'clock-ok': ['时钟准确（相差 {{seconds}} 秒）', ''],
  'clock-off': ['时钟差了 {{seconds}} 秒', '请打开系统的自动对时。'],
  'clock-wrong': [
    '时钟不可信（相差 {{seconds}} 秒）',
    '请打开系统的自动对时，联网后会自动恢复。离线时先不要收券。',
  ],
  'clock-unchecked': ['时钟还没有和清算方核对过', '请联网，连上清算后会自动核对。'],
  'clearing-ok': ['已连接清算 {{url}}，待上传 {{pendingCount}} 笔', ''],
  'clearing-none': ['还没有清算地址', '请先激活本机。'],
  'clearing-refused': ['清算拒绝了本机（{{url}}）', '请记下时间，联系清算方核对本机是否被暂停。'],
  'clearing-unreachable': [
    '连不上清算 {{url}}，待上传 {{pendingCount}} 笔',
    '请检查网线、网络和防火墙。可以先离线收券，联网后自动上传。',
  ],
  'scanner-ok': ['扫码枪正常：{{name}}', ''],
  'scanner-none': ['没有找到扫码枪', '请插上扫码枪；键盘方式的扫码枪可以直接用，但要保持窗口在前。'],
  'scanner-missing': ['扫码枪没有接上：{{name}}', '请检查插头，接好后自动恢复；换了端口请在“设备”里重选。'],
  'scanner-busy': [
    '扫码枪被别的程序占用：{{name}}（{{path}}）',
    '请关掉占用它的程序（收银软件、厂家工具），会自动重试。',
  ],
  'scanner-keyboard-mode': [
    '扫码枪在键盘模式：{{name}}',
    '可以继续扫；要更稳，请扫说明书上的“USB HID-POS”或“USB 虚拟串口”设置码。',
  ],
  'scanner-garbled': ['扫码枪发来的内容读不懂：{{name}}', '请把波特率和结束符都设为“自动”，再扫几次自检码。'],
  'scanner-not-permitted': [
    '没有权限打开扫码枪：{{name}}（{{path}}）',
    '请把运行程序的用户加入设备所属的组（Linux 通常是 dialout、plugdev）。',
  ],
  'scanner-error': ['扫码枪出错：{{name}}（{{detail}}）', '请拔掉再插上；仍不行请换一个 USB 口或换一把。'],
  'printer-ok': ['打印机正常：{{name}}', ''],
  'printer-none': ['没有设置打印机', '不打小票也能收券；要打印请在“设备”里设置。'],
  'printer-waiting': ['打印机正常：{{name}}，有 {{waitingSlips}} 张小票在等', '请在“设备”里点“全部打印”。'],
  'printer-out-of-paper': [
    '打印机没纸了：{{name}}，{{waitingSlips}} 张小票在等',
    '请装纸，10 分钟内的会自动打出。核销不受影响。',
  ],
  'printer-unavailable': [
    '打印机没有响应：{{name}}（{{detail}}），{{waitingSlips}} 张小票在等',
    '请检查电源、网线和地址。核销不受影响，小票会留着。',
  ],
  'disk-ok': ['磁盘剩余 {{megabytes}} MB', ''],
  'disk-low': ['磁盘只剩 {{megabytes}} MB', '请腾出空间（{{folder}} 所在的盘）。'],
  'disk-full': [
    '磁盘快满了，只剩 {{megabytes}} MB',
    '请马上腾出空间，否则不能再核销（{{folder}} 所在的盘）。',
  ],
  'update-off': ['没有设置自动更新', ''],
  'update-unreadable': ['更新记录读不出来（update.json）', '不影响收券；请关闭程序，把它改名留底。'],
  'update-ready': ['自动更新正常，出问题时可换回 {{version}}', ''],
  'update-nothing-kept': [
    '自动更新已设置，但还没有留存可换回的安装包',
    'AppImage 会在更新前自己留存；用安装程序装的第一个版本，要更新源里还有它的安装包才能换回。',
  ],
  'update-trying': [
    '正在试用新版本 {{version}}（第 {{starts}} 次启动）',
    '启动正常后会自动确认，否则自动换回。',
  ],
  'update-failed': [
    '版本 {{version}} 没有装上（{{reason}}）',
    '现有版本可以继续使用；请查更新服务器和权限。',
  ],
  'update-rolled-back': [
    '版本 {{version}} 启动不正常，已自动换回原来的版本',
    '可以继续收券；请等更新的版本，这一版不会再装。',
  ],
  'update-no-way-back': [
    '版本 {{version}} 启动不正常，也没能换回（{{why}}）',
    '请安装修好的版本；账本都还在，不要删除或替换文件。',
  ],
} as const satisfies Readonly<Record<string, Sentences>>;

type FindingCode = keyof typeof ZH;

const EN: Readonly<Record<FindingCode, Sentences>> = {
  'runtime-ok': ['runtime is good (Node {{node}})', ''],
  'runtime-too-old': ['runtime is too old (Node {{node}})', 'Install the newest version of the program.'],
  'runtime-driver-missing': [
    'drivers are missing: {{drivers}}',
    'Install the program again; on Linux also libusb-1.0-0 and udev.',
  ],
  'database-ok': ['journal is good: {{entries}} entries, {{megabytes}} MB', ''],
  'database-none': ['there is no journal yet', 'Activate this terminal first.'],
  'database-fault': [
    "journal can't be opened ({{fault}})",
    'Delete or replace nothing; ask support to restore it.',
  ],
  'database-broken': [
    'journal has a break ({{what}} {{where}})',
    'Stop redeeming; delete or replace nothing; ask support to restore it.',
  ],
  'key-none': ['there is no terminal key yet', 'It is made at activation.'],
  'key-sealed': ["terminal key is sealed by the system's secret store", ''],
  'key-in-file': [
    'terminal key is in a file: the system has no secret store',
    'Only this user can read it. Encrypt the disk and look after the PC.',
  ],
  'key-open': [
    'other users can read the terminal key ({{path}})',
    'Set its mode to 600; if somebody may have taken it, have clearing suspend this terminal.',
  ],
  'clock-ok': ['clock is right (off by {{seconds}} s)', ''],
  'clock-off': ['clock is off by {{seconds}} s', "Switch on the system's automatic time."],
  'clock-wrong': [
    "clock can't be trusted (off by {{seconds}} s)",
    "Switch on the system's automatic time; it recovers once online. Don't redeem offline until then.",
  ],
  'clock-unchecked': [
    'clock was never compared with clearing',
    'Connect to the network: it is compared by itself.',
  ],
  'clearing-ok': ['connected to clearing {{url}}, {{pendingCount}} to upload', ''],
  'clearing-none': ['there is no address of clearing yet', 'Activate this terminal first.'],
  'clearing-refused': [
    'clearing refuses this terminal ({{url}})',
    'Note the time and ask clearing whether the terminal is suspended.',
  ],
  'clearing-unreachable': [
    "can't reach clearing {{url}}, {{pendingCount}} to upload",
    'Check cable, network and firewall. Redeeming goes on offline and is uploaded later.',
  ],
  'scanner-ok': ['scanner is good: {{name}}', ''],
  'scanner-none': [
    'no scanner was found',
    'Plug one in; a keyboard scanner works at once, but needs the window in front.',
  ],
  'scanner-missing': [
    'scanner is not plugged in: {{name}}',
    'Check the plug, it recovers by itself; if its port changed, choose it again under Devices.',
  ],
  'scanner-busy': [
    'scanner is held by another program: {{name}} ({{path}})',
    "Close that program (till software, the maker's tool); it is tried again by itself.",
  ],
  'scanner-keyboard-mode': [
    'scanner is in keyboard mode: {{name}}',
    'It works; safer is to scan the set-up code "USB HID POS" or "USB virtual COM" of its manual.',
  ],
  'scanner-garbled': [
    'what the scanner sends is no text: {{name}}',
    'Set speed and suffix to automatic and scan the test code a few times.',
  ],
  'scanner-not-permitted': [
    'no permission to open the scanner: {{name}} ({{path}})',
    "Add the program's user to the group of the device (on Linux mostly dialout, plugdev).",
  ],
  'scanner-error': [
    'scanner failed: {{name}} ({{detail}})',
    'Pull it out and plug it in again; else try another USB port or another scanner.',
  ],
  'printer-ok': ['printer is good: {{name}}', ''],
  'printer-none': ['no printer is set', 'Redeeming works without slips; to print, set one under Devices.'],
  'printer-waiting': [
    'printer is good: {{name}}, {{waitingSlips}} slips wait',
    'Press "Print all" under Devices.',
  ],
  'printer-out-of-paper': [
    'printer is out of paper: {{name}}, {{waitingSlips}} slips wait',
    'Put in paper: slips of the last 10 minutes are printed by themselves. Redemptions are not affected.',
  ],
  'printer-unavailable': [
    'printer does not answer: {{name}} ({{detail}}), {{waitingSlips}} slips wait',
    'Check power, cable and address. Redemptions are not affected, slips are kept.',
  ],
  'disk-ok': ['{{megabytes}} MB of disk are free', ''],
  'disk-low': ['only {{megabytes}} MB of disk are free', 'Make room on the disk of {{folder}}.'],
  'disk-full': [
    'disk is nearly full: {{megabytes}} MB left',
    'Make room on the disk of {{folder}} at once: nothing can be redeemed without.',
  ],
  'update-off': ['automatic updates are not set', ''],
  'update-unreadable': [
    "the record of updates can't be read (update.json)",
    'Redeeming is not affected; close the program and rename the file.',
  ],
  'update-ready': ['updates are well; {{version}} can be gone back to', ''],
  'update-nothing-kept': [
    'updates are set, but no package is kept to go back to',
    "An AppImage keeps itself before an update; an installer's first version only if the feed still has it.",
  ],
  'update-trying': [
    'version {{version}} is being tried (start {{starts}})',
    'It is confirmed by a good start, or given up by itself.',
  ],
  'update-failed': [
    'version {{version}} was not put in ({{reason}})',
    'The present version goes on working; look at the update server and at rights.',
  ],
  'update-rolled-back': [
    'version {{version}} did not start well; the one before was put back',
    'Go on redeeming; that version is not tried again, a newer one will be.',
  ],
  'update-no-way-back': [
    "version {{version}} does not start well and couldn't be given up ({{why}})",
    'Install a corrected version. The journal is whole: delete or replace nothing.',
  ],
};

const TEXTS: Readonly<Record<MessageLanguage, Readonly<Record<string, Sentences>>>> = { zh: ZH, en: EN };

/** A finding of the self-diagnosis in words: what is, and what to do (empty: nothing). Never throws. */
export function explainFinding(
  language: MessageLanguage,
  { code, params }: Pick<Finding, 'code' | 'params'>,
): { readonly what: string; readonly todo: string } {
  const [what, todo] = (Object.hasOwn(TEXTS[language], code) ? TEXTS[language][code] : undefined) ?? [
    code,
    '',
  ];
  const fill = (text: string): string =>
    text
      .replaceAll(/\{\{(\w+)\}\}/g, (_match, name: string) =>
        Object.hasOwn(params, name) ? String(params[name]) : '',
      )
      .replaceAll(/ ?(?:\(\)|（）)/g, '');
  return { what: fill(what), todo: fill(todo) };
}

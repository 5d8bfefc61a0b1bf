/** Each fault: what happened (`title`) and what to do (`help`). */
export const faults = {
  'bad-input': { title: '输入有误', help: '请检查刚才输入的内容，再试一次。' },
  'not-allowed': { title: '没有权限', help: '这一步要由店长或运维来做，请换人登录。' },
  'not-signed-in': { title: '还没有登录', help: '请先选择姓名并输入 PIN。' },
  'not-activated': { title: '本机还没有激活', help: '请先用清算方给的一次性激活码激活本机。' },
  'already-activated': { title: '本机已经激活', help: '不用再激活，请直接登录。' },
  'wrong-pin': { title: 'PIN 不对', help: '请再输一次。多次输错会暂时锁定。' },
  'pin-locked': { title: 'PIN 已暂时锁定', help: '输错次数太多，请稍后再试，或请店长重设 PIN。' },
  'reset-code-refused': {
    title: '重置码不能用',
    help: '它可能已用过、已过期，或不是给本机这位用户的。请向清算方要一个新的。',
  },
  'activation-code-refused': {
    title: '激活码不被接受',
    help: '激活码只能用一次，请核对有没有输错，或向清算方要一个新的。',
  },
  'clearing-unreachable': {
    title: '连不上清算服务器',
    help: '请检查网线、网络和清算地址。已经核销的不受影响，会自动重试。',
  },
  'clearing-refused': { title: '清算服务器拒绝了请求', help: '请记下时间，联系清算方。' },
  'clearing-not-trusted': {
    title: '清算服务器的身份不可信',
    help: '对方的签名或证书对不上。请不要继续，核对清算地址并联系运维。',
  },
  'clock-contested': {
    title: '时间对不上，暂不按联网核销',
    help: '清算服务器的时间和本机相差太大。请核对电脑的日期和时间；时间一致后自动恢复。',
  },
  'decision-unknown': { title: '这一步已经失效', help: '请重新扫码。没有记账。' },
  'decision-expired': { title: '等待确认超过 5 分钟', help: '请重新扫码。没有记账。' },
  'decision-changed': { title: '情况有变，请看新的结果', help: '确认时重新判断，结果和刚才不同。没有记账。' },
  'authorisation-unknown': { title: '这次查询已经失效', help: '它已经有结果或已取消。请看屏幕上的状态。' },
  'purchase-amount-differs': {
    title: '同一张小票，金额不同',
    help: '这个小票号已按另一个金额核销过。请核对小票号和金额。',
  },
  'amount-from-till': {
    title: '金额由收银机给出',
    help: '这里不能改。请在收银机上改，或按 Esc 放弃这一笔。',
  },
  'identity-missing': {
    title: '本机的身份文件不见了',
    help: '账本还在，但不知道是哪台终端的。不要重新激活。请联系实施人员把 identity 文件夹放回去。',
  },
  'redemption-unknown': { title: '找不到这笔核销', help: '请在“最近核销”里重新选择。' },
  'reversal-needs-manager': {
    title: '要店长同意才能撤销',
    help: '已过 5 分钟或换了收银员，请店长输入 PIN 和原因。',
  },
  'reversal-too-late': { title: '已过营业日，不能撤销', help: '顾客退货请由店长办理“退货”。' },
  'return-not-possible': {
    title: '这笔不能退货',
    help: '它已撤销、已被拒绝，或优惠已在上次退货时退回；其余部分由收银机退款。请核对退货金额。',
  },
  'back-up-failed': { title: '备份失败', help: '请检查备份目录是否还在、能写、有空间，再点“立即备份”。' },
  'update-waiting': { title: '新版本已备好', help: '交班并退出登录后，或关闭程序时，会自动安装。' },
  'update-rolled-back': {
    title: '新版本启动不正常，已换回原来的版本',
    help: '账本完好，可以继续使用；这个版本不会再装，请告诉运维。',
  },
  'update-no-way-back': {
    title: '这个版本启动不正常，也没有能换回的版本',
    help: '请先不要收券，联系运维安装修好的版本；账本都还在，不要删除或替换文件。',
  },
  'update-failed': { title: '新版本没有装上', help: '现有版本可以继续使用，请告诉运维。' },
  'archive-failed': { title: '归档失败', help: '数据没有变动。请检查磁盘空间，再试一次。' },
  'folder-unwritable': { title: '这个文件夹不能写', help: '请插好 U 盘或另选一个文件夹。' },
  'nothing-unsent': { title: '没有未上传的记录', help: '清算方已有全部记录，不用导出。' },
  'sealed-file-unreadable': {
    title: '这不是可转交的文件',
    help: '文件不完整或不是本系统导出的。请重新导出。',
  },
  'clearing-key-missing': { title: '还没有清算方的加密密钥', help: '请先联网一次，让本机收到密钥。' },
  'restore-not-possible': { title: '现在不能恢复', help: '只有数据库打不开时才需要恢复，请先看故障说明。' },
  'reversal-not-possible': {
    title: '这笔不能撤销',
    help: '它已被撤销或已被清算拒绝。请看“最近核销”里的状态。',
  },
  'shift-not-open': { title: '还没有开班', help: '请先开班，再收券。' },
  'shift-already-open': { title: '已经开班', help: '不用再开。' },
  'shift-has-unsent': {
    title: '本班还有没上传的核销',
    help: '请等上传完再交班，或请店长同意带着未上传的交班。',
  },
  'training-not-now': { title: '现在不能切换培训模式', help: '请先办完或取消手上这一笔，再试一次。' },
  'terminal-has-unsent': {
    title: '本机还有没上传的记录',
    help: '停用之前，请连上网络等全部上传，或先把流水导出到 U 盘。',
  },
  'data-folder-copied': {
    title: '数据来自另一台电脑',
    help: '密钥只在原来的电脑上有效，没有改动任何数据。换机请由运维办理终端更换。',
  },
  'settings-unreadable': {
    title: '设置文件读不出来',
    help: '文件没有被改动。请运维检查 {{path}}，改好后重新启动。',
  },
  'database-newer': {
    title: '数据库来自更新的版本',
    help: '请安装最新版程序再打开。数据库没有被改动。',
  },
  'database-damaged': {
    title: '数据库已损坏',
    help: '请不要继续收券，联系运维恢复。损坏的文件已原样保留，没有删除。',
  },
  'journal-broken': {
    title: '旧流水有一处损坏',
    help: '可以继续收券：新的核销照常双份保存并上传。请今天就联系运维检查硬盘并恢复。',
  },
  'disk-full': { title: '磁盘已满', help: '请先腾出空间。没有显示成功的核销都没有记账。' },
  'data-folder-unwritable': {
    title: '数据文件夹不能写入',
    help: '请运维检查磁盘和数据文件夹的权限。{{path}}',
  },
  'data-folder-in-use': { title: '程序已经在运行', help: '请切换到已经打开的窗口，或关掉它再打开。' },
  'journal-behind': {
    title: '本机账本比清算方的短',
    help: '可能换过磁盘或用了旧备份。请不要收券，联系运维做恢复。',
  },
  'journal-file-unusable': {
    title: '数据文件夹里有一样东西放错了位置',
    help: '{{path}} 应该是账本的文件，现在却是文件夹或链接。请运维把它移到别处（不要删除），移开后会自动恢复。账本没有被改动。',
  },
  'printer-unavailable': { title: '打印机没有响应', help: '请检查电源、纸张和连线，再按 F4 重打。' },
  'printer-out-of-paper': { title: '打印机没纸了', help: '请装好纸，再按 F4 重打。核销不受影响。' },
  'printer-unconfirmed': {
    title: '不知道小票打出来没有',
    help: '打印机收下了数据，但没有任何回应。请看一眼打印机；没打出来就关开一次电源，再按 F4 重打。',
  },
  'till-port-taken': {
    title: '收银软件连不上本机',
    help: '别的程序占用了端口 {{port}}，收银软件可能正在和它说话，不要相信它给的结果。可以继续手工收券；请运维关掉那个程序，会自动恢复。',
  },
  'device-missing': { title: '设备没有接上', help: '请检查连线，接好后会自动恢复。' },
  'device-busy': { title: '设备被别的程序占用', help: '请关掉占用它的程序，会自动重试。' },
  'device-not-permitted': { title: '没有权限打开设备', help: '请运维检查系统权限。' },
  'device-keyboard-mode': {
    title: '扫码枪在键盘模式',
    help: '可以继续扫；要更稳，请运维扫说明书上的模式切换码。',
  },
  'device-driver-missing': { title: '缺少设备驱动', help: '请运维安装驱动后重启程序。' },
  'device-garbled': { title: '设备发来的内容读不懂', help: '请运维核对波特率等设置。' },
  'device-failed': { title: '设备出错', help: '请拔掉再插上；仍不行请联系运维。' },
  'core-stopped': {
    title: '核心程序正在重新启动',
    help: '请稍等几秒。显示过“核销成功”的都已记账，不会丢失。',
  },
  internal: { title: '程序出了问题', help: '请再试一次；仍不行请联系运维，并说明时间。' },
};

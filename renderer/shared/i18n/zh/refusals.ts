/**
 * A refusal on the screen: `title` says what is wrong, `detail` why (with the numbers), `say` what to do or
 * tell the customer. `detailBare` stands in where the numbers are not known.
 */
export const refusals = {
  'below-threshold': {
    title: '还差 {{shortfallYuan}} 元',
    titleBare: '金额不够用券',
    detail: '这张券满 {{minSpendYuan}} 元可用，本单还差 {{shortfallYuan}} 元。',
    detailBare: '本单金额没有达到这张券的最低消费。',
    say: '请告诉顾客：再选 {{shortfallYuan}} 元的商品就能用这张券。',
    sayBare: '请告诉顾客：再选一些商品就能用这张券。',
  },
  'voucher-expired': {
    title: '券已过期',
    detail: '这张券在 {{notAfter}} 到期。',
    detailBare: '这张券已经过了使用期限。',
    say: '请顾客在云闪付里换一张没过期的券。',
  },
  'voucher-not-yet-valid': {
    title: '券还没到使用时间',
    detail: '这张券从 {{notBefore}} 起才能用。',
    detailBare: '这张券的使用期限还没开始。',
    say: '请顾客换一张券，或到时间再来。',
  },
  'already-redeemed': {
    title: '这张券已经用过',
    detail: '已于 {{at}} 在{{storeName}}使用。',
    detailBare: '这张券已经使用过，不能再用。',
    say: '请顾客在云闪付里换一张没用过的券。',
  },
  'code-stale': {
    title: '券码已失效',
    detail: '券码只在打开后的 90 秒内有效，截图不能用。',
    say: '请顾客在云闪付里刷新券码，再扫一次。',
  },
  'wrong-wallet': {
    title: '这不是云闪付的码',
    detail: '这是{{wallet}}付款码。',
    detailBare: '这是其他钱包的付款码。',
    say: '请顾客打开云闪付，出示消费券码。',
  },
  'wrong-category': {
    title: '本店不能用这张券',
    detail: '这是{{voucherCategory}}券，本店是{{storeCategory}}门店。',
    detailBare: '这张券属于另一类门店。',
    say: '请顾客换一张本店可用的券。',
  },
  'one-voucher-per-purchase': {
    title: '本单已用过一张券',
    detail: '一笔消费只能用一张券，不能叠加。',
    say: '本单请按余额收款，这张券留到下次用。',
  },
  'not-a-voucher-code': {
    title: '这不是消费券码',
    detail: '扫到的是{{family}}。',
    detailBare: '扫到的内容不是消费券码。',
    say: '请顾客打开云闪付，出示消费券码。',
  },
  'amount-missing': {
    title: '请先输入金额',
    detail: '要先知道本单金额，才能判断券能不能用。',
    say: '请输入本单金额，再扫一次券码。',
  },
  'store-suspended': {
    title: '本店已被暂停用券',
    detail: '清算方已暂停本店参加活动。',
    say: '请正常收款，不要用券，并告诉店长。',
  },
  'store-not-admitted': {
    title: '本店还不能用券',
    detail: '本店还没有通过参加活动的审核。',
    say: '请正常收款，不要用券，并告诉店长。',
  },
  'terminal-suspended': {
    title: '本机已被停用',
    detail: '清算方已停用这台终端。',
    say: '请换一台终端，并告诉店长。',
  },
  'campaign-not-open': {
    title: '活动还没开始',
    detail: '活动从 {{opensAt}} 开始。',
    detailBare: '消费券活动还没有开始。',
    say: '请告诉顾客：活动开始后再来用券。',
  },
  'campaign-closed': {
    title: '活动已经结束',
    detail: '活动已于 {{closesAt}} 结束。',
    detailBare: '消费券活动已经结束。',
    say: '请正常收款，券不能再用。',
  },
  'unknown-voucher-kind': {
    title: '本机不认识这种券',
    detail: '本机的活动规则里没有这种券。',
    say: '请告诉店长：点“立即同步”更新规则后再试。',
  },
  'unknown-issuer': {
    title: '认不出发券方',
    detail: '本机没有这家发券方的密钥。',
    say: '请告诉店长：点“立即同步”后再试；仍不行就不要收这张券。',
  },
  'signature-invalid': {
    title: '券码是假的或已损坏',
    detail: '券码的签名对不上。',
    say: '不要收这张券。可请顾客刷新券码，再扫一次。',
  },
  'voucher-revoked': {
    title: '券已被作废',
    detail: '发券方已作废这张券。',
    say: '请顾客在云闪付里查看原因，或换一张券。',
  },
  'budget-exhausted': {
    title: '活动资金已用完',
    detail: '这类券的资金已经用完。',
    say: '请正常收款，券不能再用。',
  },
  'online-required': {
    title: '这张券要联网才能用',
    detail: '现在没有连上清算，这种码不能离线核销。',
    say: '请等联网后再试，或请顾客换一张商超类电子券。',
  },
  'offline-limit-reached': {
    title: '离线额度已用完',
    detail: '本机离线核销已达上限，联网上传后自动恢复。',
    say: '请正常收款，或等联网后再用券。',
  },
  'clock-untrusted': {
    title: '本机时间不可信',
    detail: '离线时本机时间不准，不能判断券是否在有效期内。',
    say: '请连上网络，时间会自动校准；仍不行就告诉店长。',
  },
  'car-buyer-not-a-person': {
    title: '购车人必须是个人',
    detail: '机关、企业、事业单位购车不能用券。',
    say: '请告诉顾客：这张券只给个人购车使用。',
  },
  'car-too-many-seats': {
    title: '座位数超过 7 座',
    detail: '这辆车是 {{seats}} 座，活动只限 7 座及以下。',
    detailBare: '活动只限 7 座及以下的乘用车。',
    say: '请告诉顾客：这辆车不在活动范围内。',
  },
  'car-not-passenger': {
    title: '不是乘用车',
    detail: '活动只限 7 座及以下的乘用车。',
    say: '请告诉顾客：这辆车不在活动范围内。',
  },
  'car-price-below-minimum': {
    title: '车价低于 1 万元',
    detail: '价税合计满 10,000 元才能用购车券。',
    say: '请核对发票上的价税合计。',
  },
  'car-wrong-price-band': {
    title: '车价与券面不符',
    detail: '这张券对应的车价是 {{fromYuan}} 元起、{{belowYuan}} 元以下。',
    detailBare: '这张券对应的是另一档车价。',
    say: '请核对价税合计，或请顾客换对应档次的券。',
  },
  'car-invoice-too-early': {
    title: '发票日期太早',
    detail: '购车发票开在活动开始之前。',
    say: '请告诉顾客：这张发票不能用券。',
  },
  'car-invoice-reissued': {
    title: '发票是重开的',
    detail: '原发票开在活动公布之前，重开的也不能用券。',
    say: '请告诉顾客：这张发票不能用券。',
  },
  'car-papers-contradict': {
    title: '购车资料对不上',
    detail: '资料之间，或资料与领券时填报的不一致。',
    say: '请逐项核对发票、行驶证和身份证，改正后再扫码。',
  },
};

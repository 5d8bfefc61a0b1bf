import type { ParamReader } from './params.ts';
import type { RefusalCatalogue, RefusalMessage } from './refusals.ts';
import { categoryName, walletName } from './words.ts';

const say = (headline: string, help: string): RefusalMessage => ({ headline, help });
const face = (params: ParamReader): string => {
  const yuan = params.yuan('faceValueFen');
  return yuan === null ? '这张券' : `${yuan} 元券`;
};
const category = (params: ParamReader, name: string): string | null => {
  const found = params.text(name);
  return found === null ? null : categoryName('zh', found);
};

const FOUND: Readonly<Record<string, string>> = {
  'goods-barcode': '商品条码',
  url: '网址',
  'emv-cpm': '其他应用的付款码',
};

export const REFUSALS_ZH: RefusalCatalogue = {
  'below-threshold': (params) => {
    const shortfall = params.yuan('shortfallFen');
    const minimum = params.yuan('minSpendFen');
    const until = minimum === null ? '' : `满 ${minimum} 元可用。`;
    return shortfall === null
      ? say(`未达到${face(params)}的使用门槛。`, `${until}请顾客再选购一些商品，或换一张门槛更低的券。`)
      : say(
          `还差 ${shortfall} 元可用${face(params) === '这张券' ? '这张券' : ` ${face(params)}`}。`,
          `${until}请顾客再选购一些商品，或换一张门槛更低的券。`,
        );
  },
  'voucher-expired': (params) => {
    const end = params.time('notAfterMs');
    return say(
      end === null ? `${face(params)}已过期。` : `${face(params)}已于 ${end} 到期。`,
      '过期的券已由系统收回，请顾客换一张未过期的券，或等下一期再领。',
    );
  },
  'voucher-not-yet-valid': (params) => {
    const start = params.time('notBeforeMs');
    return say(
      `${face(params)}还没到使用时间。`,
      start === null ? '请顾客在券面的生效时间之后再来使用。' : `${start} 起可用，请顾客届时再来使用。`,
    );
  },
  'already-redeemed': (params) => {
    const at = params.time('atMs');
    const store = params.text('storeName');
    const receipt = params.text('receiptNumber');
    const when = at === null ? '' : `于 ${at} `;
    const where = store === null ? '' : `在${store}`;
    return say(
      `${face(params)}已${when}${where}使用。`,
      `${receipt === null ? '' : `小票号 ${receipt}。`}每张券只能用一次，请顾客换一张券。`,
    );
  },
  'code-stale': (params) => {
    const age = params.seconds('ageMs');
    return say(
      age === null ? '券码已失效。' : `券码已显示 ${String(age)} 秒，已失效。`,
      '请顾客在手机上刷新券码后重新扫码；截图不能使用。',
    );
  },
  'wrong-wallet': (params) => {
    const wallet = params.text('wallet');
    return say(
      wallet === null ? '这是其他钱包的付款码。' : `这是${walletName('zh', wallet)}付款码。`,
      '请顾客打开云闪付，出示消费券码。',
    );
  },
  'wrong-category': (params) => {
    const voucher = category(params, 'voucherCategory');
    const store = category(params, 'storeCategory');
    return say(
      voucher === null ? '这张券不能在本店使用。' : `这是${voucher}类消费券，不能在本店使用。`,
      `${store === null ? '' : `本店是${store}类商户。`}请顾客换一张${store === null ? '本店可用' : `${store}类`}的券，或到${voucher === null ? '相应类别的' : `${voucher}类`}参与商户使用。`,
    );
  },
  'one-voucher-per-purchase': () =>
    say('这笔消费已经用过一张券。', '单次消费仅限用一张券，请顾客下次消费时再用。'),
  'not-a-voucher-code': (params) => {
    const found = params.text('found');
    const name = found !== null && Object.hasOwn(FOUND, found) ? FOUND[found] : undefined;
    return say(
      name === undefined ? '这不是消费券码。' : `这是${name}，不是消费券码。`,
      '请顾客打开云闪付，进入“我的票券”，出示消费券码后重新扫码。',
    );
  },
  'amount-missing': (params) =>
    params.text('category') === 'car'
      ? say('还没有填写购车信息。', '请填写发票价税合计、座位数、购买人和开票日期。')
      : say('还没有输入消费金额。', '请输入顾客应付的金额。'),
  'store-suspended': () => say('本店已被暂停参加活动。', '请店长联系属地商务主管部门或银联。'),
  'store-not-admitted': () =>
    say('本店还没有获准参加活动。', '请店长向属地商务主管部门申请，审核通过后即可使用。'),
  'terminal-suspended': () => say('这台终端已被停用。', '请换一台终端收银，并请店长联系银联。'),
  'campaign-not-open': (params) => {
    const day = params.text('opensDay');
    return say(
      '活动还没有开始。',
      day === null ? '请顾客在活动开始后再来使用。' : `活动 ${day} 开始，请顾客届时再来使用。`,
    );
  },
  'campaign-closed': (params) => {
    const day = params.text('lastDay');
    return say(
      day === null ? '活动已经结束。' : `活动已于 ${day} 结束。`,
      '消费券不能再使用，请顾客关注下一次活动。',
    );
  },
  'unknown-voucher-kind': () =>
    say('本机不认识这种消费券。', '请联网同步最新的活动规则后重新扫码；仍不认识时，请联系技术支持。'),
  'unknown-issuer': () =>
    say('本机不认识这张券的签发密钥。', '请联网同步后重新扫码；仍不认识时，请顾客联系云闪付客服。'),
  'signature-invalid': () =>
    say(
      '券码的签名不对，不能使用。',
      '请顾客在云闪付中重新打开券码再扫一次；仍不行时，请顾客联系云闪付客服。',
    ),
  'voucher-revoked': (params) =>
    say(`${face(params)}已被发券方作废。`, '请顾客在云闪付中重新打开票券或联系云闪付客服，或换一张券。'),
  'budget-exhausted': () => say('这种消费券的资金已经用完。', '请顾客换一种券，或等下一期发放。'),
  'online-required': (params) => {
    switch (params.text('reason')) {
      case 'pack-expired':
        return say('本机的活动规则已过期。', '请检查网络，同步最新的活动规则后重新扫码。');
      case 'payment-code':
        return say('云闪付付款码要联网才能核销。', '请检查网络后重新扫码，或请顾客出示消费券码。');
      default:
        return say('这种券要联网才能核销。', '请检查网络，恢复后重新扫码。');
    }
  },
  'offline-limit-reached': (params) => {
    const help = '请店长检查网线，或改用手机热点；联网并上传后即可继续核销。';
    const most = params.number('max');
    const mostYuan = params.yuan('maxFen');
    switch (params.text('limit')) {
      case 'age':
        return say('离线时间已达上限。', help);
      case 'count':
        return say(most === null ? '离线核销笔数已达上限。' : `离线核销已达上限 ${String(most)} 笔。`, help);
      case 'amount':
        return say(mostYuan === null ? '离线核销金额已达上限。' : `离线核销已达上限 ${mostYuan} 元。`, help);
      default:
        return say('离线核销已达上限。', help);
    }
  },
  'clock-untrusted': (params) => {
    if (params.text('reason') !== 'code')
      return say('本机的时间不可信。', '请联网校时；离线时请店长检查本机的日期和时间。');
    const ahead = params.seconds('aheadMs');
    return say(
      ahead === null ? '券码的时间比本机晚。' : `券码的时间比本机晚 ${String(ahead)} 秒。`,
      '手机或本机的时钟不准：请顾客打开手机的自动校时后刷新券码；其他顾客也这样时，请检查本机时间。',
    );
  },
  'car-buyer-not-a-person': () =>
    say('购车人不是个人。', '党政机关、企事业单位购买的新车不在补贴范围；个人购车请提供个人抬头的发票。'),
  'car-too-many-seats': (params) => {
    const seats = params.number('seats');
    return say(
      seats === null ? '座位数超过 7 座。' : `这辆车有 ${String(seats)} 座，超过 7 座。`,
      '只有 7 座（含）以下的乘用车可用汽车券，请核对行驶证或合格证上的座位数。',
    );
  },
  'car-not-passenger': () =>
    say('这辆车不是乘用车。', '只有 7 座（含）以下的乘用车可用汽车券，请核对车辆类型。'),
  'car-price-below-minimum': (params) => {
    const shortfall = params.yuan('shortfallFen');
    const minimum = params.yuan('minPriceFen');
    return say(
      shortfall === null ? '车价低于汽车券的最低价格。' : `车价低于汽车券的最低价格，还差 ${shortfall} 元。`,
      `${minimum === null ? '' : `价税合计满 ${minimum} 元才可用汽车券。`}请核对发票上的价税合计。`,
    );
  },
  'car-wrong-price-band': (params) => {
    const from = params.yuan('fromFen');
    const below = params.yuan('belowFen');
    const fitting = params.yuan('fittingFaceValueFen');
    const band =
      from === null ? '' : below === null ? `（${from} 元及以上）` : `（${from} 元至不满 ${below} 元）`;
    return say(
      `车价不在这张券的价格区间内${band}。`,
      fitting === null
        ? '请核对发票上的价税合计。'
        : `这个价格可用 ${fitting} 元券；请核对发票，或请顾客联系云闪付客服换券。`,
    );
  },
  'car-invoice-too-early': (params) => {
    const invoice = params.text('invoiceDay');
    const earliest = params.text('earliestDay');
    return say(
      invoice === null ? '发票开得太早。' : `发票开具于 ${invoice}，早于活动开始。`,
      earliest === null
        ? '活动开始前开具的发票不在补贴范围，请核对开票日期。'
        : `只有 ${earliest} 起开具的发票可用，请核对开票日期。`,
    );
  },
  'car-invoice-reissued': (params) => {
    const announced = params.text('announcedDay');
    return say(
      '这张发票是换开或重开的。',
      `${announced === null ? '活动公告发布' : `活动公告发布（${announced}）`}前已开票、之后换开或重开的不在补贴范围；如填写有误，请更正后重试。`,
    );
  },
  'car-papers-contradict': (params) => {
    switch (params.text('reason')) {
      case 'invoice-in-the-future':
        return say('发票日期晚于今天。', '请核对发票上的开票日期和本机的日期。');
      case 'papers-missing':
        return say(
          '这张券要核对购车材料。',
          '请按 F3 填写发票号码、车架号和购车人身份证号，再请顾客出示券码。',
        );
      case 'voucher-for-other-papers':
        return say(
          '与审核时的购车材料不一致。',
          '请按 F3 逐位核对发票号码、车架号、购车人身份证号；都没错的，这张券不是为这辆车发的。',
        );
      default:
        return say('购车材料不一致。', '请核对发票、行驶证和券上的信息，更正后重试。');
    }
  },
};

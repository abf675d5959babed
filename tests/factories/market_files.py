"""Files of the exchange in small, for tests: their headers and rows. What does not belong here: assertions."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Mapping
from datetime import date
from typing import Any

from marketdata import files

TODAY = date(2026, 9, 1)

CM_LEGACY = "SYMBOL,SERIES,OPEN,HIGH,LOW,CLOSE,LAST,PREVCLOSE,TOTTRDQTY,TOTTRDVAL,TIMESTAMP,TOTALTRADES,ISIN,"
CM_LEGACY_ROW = "M&M,EQ,100,110.5,95.05,105,104.9,99,1000,105000.65,06-JAN-2021,12,INE101A01026,"

CM_FULL = (
    "SYMBOL, SERIES, DATE1, PREV_CLOSE, OPEN_PRICE, HIGH_PRICE, LOW_PRICE, LAST_PRICE, CLOSE_PRICE, AVG_PRICE,"
    " TTL_TRD_QNTY, TURNOVER_LACS, NO_OF_TRADES, DELIV_QTY, DELIV_PER"
)
CM_FULL_ROW = "M&M, EQ, 26-Aug-2025, 99.00, 100.00, 110.50, 95.05, 104.90, 105.00, 104.00, 1000, 1.05, 12, -, -"

UDIFF = (
    "TradDt,BizDt,Sgmt,Src,FinInstrmTp,FinInstrmId,ISIN,TckrSymb,SctySrs,XpryDt,FininstrmActlXpryDt,StrkPric,OptnTp,"
    "FinInstrmNm,OpnPric,HghPric,LwPric,ClsPric,LastPric,PrvsClsgPric,UndrlygPric,SttlmPric,OpnIntrst,ChngInOpnIntrst,"
    "TtlTradgVol,TtlTrfVal,TtlNbOfTxsExctd,SsnId,NewBrdLotQty,Rmks,Rsvd1,Rsvd2,Rsvd3,Rsvd4"
)
CM_UDIFF_ROW = (
    "2026-05-19,2026-05-19,CM,NSE,STK,2031,INE101A01026,M&M,EQ,,,,,MAHINDRA,100.00,110.50,95.05,105.00,104.90,99.00,,"
    "105.00,,,1000,105000.00,12,F1,1,,,,,"
)
FO_UDIFF_ROW = (
    "2025-09-02,2025-09-02,FO,NSE,IDO,40547,,NIFTY,,2025-09-09,2025-09-09,24100.00,PE,NIFTY2590924100PE,17.55,24.20,"
    "9.15,18.55,18.30,18.10,24579.60,18.55,1678575,778050,140322,253797776433.75,69843,F1,75,,,,,"
)
FO_FUTURE_ROW = (
    "2025-09-02,2025-09-02,FO,NSE,STF,53013,,ABCAPITAL,,2025-09-30,2025-09-30,,,ABCAPITAL25SEPFUT,282.95,283.90,274.95,"
    "276.40,276.50,281.90,274.85,276.40,46097000,775000,2841,2447899500.00,2535,F1,3100,,,,,"
)

FO_LEGACY = (
    "INSTRUMENT,SYMBOL,EXPIRY_DT,STRIKE_PR,OPTION_TYP,OPEN,HIGH,LOW,CLOSE,SETTLE_PR,CONTRACTS,VAL_INLAKH,OPEN_INT,"
    "CHG_IN_OI,TIMESTAMP,"
)
# 10 contracts of 500 at about 1000 + 20 rupees are 51 lakh.
FO_LEGACY_ROW = "OPTSTK,RELIANCE,30-Jun-2016,1000,CE,20,21,19,20.5,20.5,10,51,5000,500,22-JUN-2016,"

FO_ACTIVITY = (
    "INSTRUMENT,SYMBOL    ,EXP_DATE  ,STR_PRICE  ,OPT_TYPE,OPEN_PRICE ,HI_PRICE   ,LO_PRICE   ,CLOSE_PRICE,"
    "OPEN_INT*      ,TRD_QTY          ,NO_OF_CONT       ,NO_OF_TRADE      ,NOTION_VAL        ,PR_VAL            "
)
FO_ACTIVITY_ROW = (
    "OPTIDX    ,BANKNIFTY ,25/11/2025,00046500.00,PE      ,00000003.95,00000005.20,00000003.30,00000003.50,"
    "000000000074795,            13965,              399,              135,      649427357.25,          54857.25"
)
FO_ACTIVITY_FUTURES = (
    "INSTRUMENT,SYMBOL    ,EXP_DATE  ,OPEN_PRICE ,HI_PRICE   ,LO_PRICE   ,CLOSE_PRICE,OPEN_INT*      ,"
    "TRD_VAL           ,TRD_QTY          ,NO_OF_CONT       ,NO_OF_TRADE      "
)
FO_ACTIVITY_FUTURE = (
    "FUTIDX    ,BANKNIFTY ,25/11/2025,00058384.00,00058690.00,00058300.20,00058644.40,000000001713110,"
    "    55421082206.00,           946715,            27049,            18524"
)
FOOTNOTE = "* - OPEN_INT as available in the trading system at the end of trading hours."

ACTIONS = "symbol,series,isin,comp,exDate,recDate,subject,faceVal"


def text(*lines: str) -> bytes:
    """Lines as a file."""
    return "\n".join([*lines, ""]).encode()


def zipped(members: Mapping[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def gzipped(content: bytes) -> bytes:
    """A file as gzip, the same every time."""
    return gzip.compress(content, mtime=0)


def read_all(content: bytes, *, name: str = "file.csv", **values: Any) -> tuple[Any, ...]:
    """The tables of a file of these bytes."""
    return files.read(io.BytesIO(content), name=name, request=files.Request(**{"today": TODAY, **values}))


def read_one(content: bytes, *, name: str = "file.csv", **values: Any) -> Any:
    """The only table of a file of these bytes; a test knows which rows it holds."""
    (part,) = read_all(content, name=name, **values)
    return part

"""What a printer would say about a picture, for each product: numbers, a verdict, a hint in words.

Pure: a Pillow picture in, plain values out; the same picture always gives the same report. Every
measure and threshold is explained in docs/print.md.
"""

from contests.submissions.images.print_report.findings import verdict_of
from contests.submissions.images.print_report.measure import Placed, Size, report, reports
from contests.submissions.images.print_report.spec import PrintSpec
from contests.submissions.images.print_report.words import Sentence, sentences, verdict_words

__all__ = ["Placed", "PrintSpec", "Sentence", "Size", "report", "reports", "sentences", "verdict_of", "verdict_words"]

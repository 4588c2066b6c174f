"""Models small enough to be made on the spot: their weights are random, their files and doors are real."""

import string
from pathlib import Path
from typing import Any


def tiny_cross_encoder(folder: Path, bias: float = 0.0, **config: Any) -> Path:
    """A sentence-transformers CrossEncoder that reads letters; `bias` is added to what it says of the first label."""
    from sentence_transformers import CrossEncoder
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *string.ascii_lowercase]
    tokenizer = Tokenizer(models.WordPiece({piece: i for i, piece in enumerate(pieces)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, unk_token="[UNK]", pad_token="[PAD]", cls_token="[CLS]", sep_token="[SEP]"
    ).save_pretrained(folder)
    shape = BertConfig(
        vocab_size=len(pieces), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16,
        max_position_embeddings=512, **config,
    )  # fmt: skip
    model = BertForSequenceClassification(shape)
    model.classifier.bias.data[0] += bias
    model.save_pretrained(folder)
    CrossEncoder(str(folder)).save_pretrained(str(folder))
    return folder

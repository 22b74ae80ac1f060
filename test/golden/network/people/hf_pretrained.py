# PyTorch 2.13 accepts.
import torch
import torch.nn as nn
from typing import Optional, Tuple, Union
from dataclasses import dataclass
from collections import OrderedDict


class PretrainedConfig:
    model_type = ""

    def __init__(self, **kwargs):
        self.num_labels = kwargs.pop("num_labels", 2)
        self.output_hidden_states = kwargs.pop("output_hidden_states", False)
        for key, value in kwargs.items():
            setattr(self, key, value)

    def to_dict(self):
        return {k: v for k, v in self.__dict__.items() if not k.startswith("_")}

    @classmethod
    def from_dict(cls, d, **kwargs):
        return cls(**{**d, **kwargs})


class TinyConfig(PretrainedConfig):
    model_type = "tiny"

    def __init__(self, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, layer_norm_eps=1e-12, initializer_range=0.02, **kwargs):
        super().__init__(**kwargs)
        self.hidden_size = hidden_size
        self.num_hidden_layers = num_hidden_layers
        self.num_attention_heads = num_attention_heads
        self.layer_norm_eps = layer_norm_eps
        self.initializer_range = initializer_range


@dataclass
class ImageClassifierOutput:
    logits: torch.FloatTensor = None
    hidden_states: Optional[Tuple[torch.FloatTensor, ...]] = None


class PreTrainedModel(nn.Module):
    config_class = None
    base_model_prefix = ""

    def __init__(self, config: PretrainedConfig, *inputs, **kwargs):
        super().__init__()
        self.config = config

    def post_init(self):
        self.init_weights()

    def init_weights(self):
        self.apply(self._init_weights)

    def _init_weights(self, module):
        raise NotImplementedError


class TinyEmbeddings(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.proj = nn.Conv2d(3, config.hidden_size, kernel_size=8, stride=8)
        self.position_embeddings = nn.Embedding(16, config.hidden_size)
        self.register_buffer("position_ids", torch.arange(16).expand((1, -1)), persistent=False)
        self.LayerNorm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)

    def forward(self, pixel_values):
        e = self.proj(pixel_values).flatten(2).transpose(1, 2)
        return self.LayerNorm(e + self.position_embeddings(self.position_ids))


class TinySelfAttention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.num_attention_heads = config.num_attention_heads
        self.attention_head_size = int(config.hidden_size / config.num_attention_heads)
        self.all_head_size = self.num_attention_heads * self.attention_head_size
        self.query = nn.Linear(config.hidden_size, self.all_head_size)
        self.key = nn.Linear(config.hidden_size, self.all_head_size)
        self.value = nn.Linear(config.hidden_size, self.all_head_size)

    def transpose_for_scores(self, x: torch.Tensor) -> torch.Tensor:
        new_x_shape = x.size()[:-1] + (self.num_attention_heads, self.attention_head_size)
        x = x.view(new_x_shape)
        return x.permute(0, 2, 1, 3)

    def forward(self, hidden_states):
        q = self.transpose_for_scores(self.query(hidden_states))
        k = self.transpose_for_scores(self.key(hidden_states))
        v = self.transpose_for_scores(self.value(hidden_states))
        scores = torch.matmul(q, k.transpose(-1, -2)) / self.attention_head_size ** 0.5
        probs = nn.functional.softmax(scores, dim=-1)
        context = torch.matmul(probs, v).permute(0, 2, 1, 3).contiguous()
        new_shape = context.size()[:-2] + (self.all_head_size,)
        return context.view(*new_shape)


class TinyLayer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attention = TinySelfAttention(config)
        self.dense = nn.Linear(config.hidden_size, config.hidden_size)
        self.norm = nn.LayerNorm(config.hidden_size)

    def forward(self, h):
        return (self.norm(h + self.dense(self.attention(h))),)


class TinyForImageClassification(PreTrainedModel):
    config_class = TinyConfig

    def __init__(self, config: Optional[TinyConfig] = None):
        config = config or TinyConfig(num_labels=10)
        super().__init__(config)
        self.num_labels = config.num_labels
        self.embeddings = TinyEmbeddings(config)
        self.layer = nn.ModuleList([TinyLayer(config) for _ in range(config.num_hidden_layers)])
        self.classifier = nn.Linear(config.hidden_size, config.num_labels) if config.num_labels > 0 else nn.Identity()
        self.post_init()

    def _init_weights(self, module):
        if isinstance(module, (nn.Linear, nn.Conv2d)):
            module.weight.data.normal_(mean=0.0, std=self.config.initializer_range)
            if module.bias is not None:
                module.bias.data.zero_()
        elif isinstance(module, nn.Embedding):
            module.weight.data.normal_(mean=0.0, std=self.config.initializer_range)
        elif isinstance(module, nn.LayerNorm):
            module.bias.data.zero_()
            module.weight.data.fill_(1.0)

    def forward(self, pixel_values: torch.Tensor, labels: Optional[torch.Tensor] = None, return_dict: Optional[bool] = None):
        return_dict = return_dict if return_dict is not None else False
        hidden = self.embeddings(pixel_values)
        all_hidden = () if self.config.output_hidden_states else None
        for i, layer_module in enumerate(self.layer):
            if all_hidden is not None:
                all_hidden = all_hidden + (hidden,)
            layer_outputs = layer_module(hidden)
            hidden = layer_outputs[0]
        logits = self.classifier(hidden.mean(dim=1))
        loss = None
        if labels is not None:
            loss = nn.CrossEntropyLoss()(logits.view(-1, self.num_labels), labels.view(-1))
        if not return_dict:
            output = (logits,)
            return ((loss,) + output) if loss is not None else output
        return ImageClassifierOutput(logits=logits, hidden_states=all_hidden)

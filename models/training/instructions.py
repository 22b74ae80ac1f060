"""The prompts of the paper (appendix A), paraphrases of them, and how a prompt is put together."""
import edits
from printing import HEADER

MUTATIONS = [
    ('Add a layer to improve the above network', edits.add_layer),
    ('Delete a layer to improve the above network', edits.delete_layer),
    ('Improve the above network', edits.improve),
    ('Improve the above network by reducing the size drastically', edits.reduce),
    ('Improve the above network by increasing the size drastically', edits.increase),
    ('Add fully connected layer to improve the above network', edits.add_dense),
    ('Add convolutional layer to improve the above network', edits.add_conv),
    ('Add pooling layer to improve the above network', edits.add_pool),
    ('Add residual connection to improve the above network', edits.add_residual),
    ('Add multiple residual connections to improve the above network', edits.add_residuals),
    ('Add dropout layer to improve the above network', edits.add_drop),
    ('Add normalization layer to improve the above network', edits.add_norm),
    ('Add recurrent layer to improve the above network', edits.add_recurrent),
]

PARAPHRASES = {
    edits.add_layer: ['Add one more layer to the network above', 'Add another layer', 'Make the above network deeper'],
    edits.delete_layer: ['Remove a layer from the above network', 'Delete one layer', 'Make the network simpler by removing a layer'],
    edits.improve: ['Make the above network better', 'Improve the accuracy of the above network', 'Write a better version of this network'],
    edits.reduce: ['Make the above network much smaller', 'Reduce the size of the network', 'Shrink the network drastically'],
    edits.increase: ['Make the above network much larger', 'Increase the size of the network', 'Make the network wider and deeper'],
    edits.add_dense: ['Add a fully connected layer', 'Add a linear layer to the network', 'Add a dense layer to the above network'],
    edits.add_conv: ['Add a convolution', 'Add a convolutional layer to the network', 'Add one more conv layer'],
    edits.add_pool: ['Add a pooling layer', 'Add max pooling to the network', 'Use pooling in the above network'],
    edits.add_residual: ['Add a skip connection', 'Add a residual connection to the network', 'Add skip connection to improve the above network'],
    edits.add_residuals: ['Add several skip connections', 'Add residual connections to the network'],
    edits.add_drop: ['Add dropout', 'Add a dropout layer to the network', 'Regularize the above network with dropout'],
    edits.add_norm: ['Add batch normalization', 'Add a batch norm layer to the network', 'Normalize the layers of the above network'],
    edits.add_recurrent: ['Add an LSTM to the above network', 'Add a recurrent layer'],
}

RANDOM = 'Create a neural network that inherits from nn.Module and performs better than the above neural network'


def crossover_instruction(parents):
    count, place = {2: ('two', 'third'), 3: ('three', 'fourth')}[parents]
    return (f'Combine the above {count} neural networks and create a {place} neural network class that also inherits from nn.Module '
            f'and performs better than the above {count} neural networks')


def question(instruction):
    return f'\n"""{instruction}"""\n\n'


def mutation_prompt(class_source, instruction):
    return HEADER + class_source + question(instruction)


def crossover_prompt(class_sources):
    return HEADER + '\n'.join(class_sources) + question(crossover_instruction(len(class_sources)))

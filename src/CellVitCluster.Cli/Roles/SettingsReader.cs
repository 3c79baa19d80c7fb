using System.Globalization;

namespace CellVitCluster.Cli.Roles;

/// <summary>Reads settings from several places, the first that states one wins, and collects everything that is wrong with them.</summary>
/// <param name="layers">Places in the order of their say.</param>
/// <param name="problems">Gets one sentence per fault.</param>
internal sealed class SettingsReader(IReadOnlyList<SettingsLayer> layers, List<string> problems)
{
    /// <summary>A text, or null.</summary>
    public string? Text(string name) => Find(name) is (_, { Count: > 0 } values) ? values[^1] : null;

    /// <summary>Several texts; a value with commas counts as several.</summary>
    public IReadOnlyList<string> Texts(string name) => Find(name) is (_, { } values)
        ? [.. values.SelectMany(value => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))]
        : [];

    /// <summary>A whole number between two limits.</summary>
    public int Number(string name, int otherwise, int least, int most) => Read(
        name,
        otherwise,
        text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most ? (true, number) : default,
        FormattableString.Invariant($"a whole number between {least} and {most}"));

    /// <summary>One text as something else.</summary>
    /// <param name="name">Name of the setting.</param>
    /// <param name="otherwise">Value when nobody states it.</param>
    /// <param name="parse">Whether the text can be read, and as what.</param>
    /// <param name="expected">What it must be, for people.</param>
    public T Read<T>(string name, T otherwise, Func<string, (bool Valid, T Value)> parse, string expected)
    {
        if (Find(name) is not (SettingsLayer layer, { Count: > 0 } values))
        {
            return otherwise;
        }

        (bool valid, T value) = parse(values[^1]);
        if (!valid)
        {
            Refuse(layer, name, values[^1], expected);
        }

        return valid ? value : otherwise;
    }

    /// <summary>Several texts as something else; faulty ones are left out.</summary>
    public IReadOnlyList<T> ReadAll<T>(string name, Func<string, T?> parse, string expected)
        where T : class
    {
        var read = new List<T>();
        foreach (string text in Texts(name))
        {
            if (parse(text) is T value)
            {
                read.Add(value);
            }
            else
            {
                Refuse(Find(name)!.Value.Layer, name, text, expected);
            }
        }

        return read;
    }

    private void Refuse(SettingsLayer layer, string name, string found, string expected) =>
        problems.Add($"{layer.Origin(name)} must be {expected}, found '{found}'");

    private (SettingsLayer Layer, IReadOnlyList<string> Values)? Find(string name)
    {
        foreach (SettingsLayer layer in layers)
        {
            if (layer.Values(name) is { } values)
            {
                return (layer, values);
            }
        }

        return null;
    }
}

using CellVitCluster.Model.Checkpoints;

namespace CellVitCluster.UnitTests.Model.Checkpoints;

public sealed class CheckpointConfigurationTests
{
    [Fact]
    public void Flat_and_nested_forms_give_one_tree()
    {
        CheckpointConfiguration flat = Expand(("model.depth", 6L), ("model.taps", new List<object?> { 1L, 3L }), ("data.name", "x"));
        CheckpointConfiguration nested = Expand(("model", Dictionary(("depth", 6L), ("taps", new List<object?> { 1L, 3L }))), ("data", Dictionary(("name", "x"))));

        nested.ToJson().ShouldBe(flat.ToJson());
        flat.Int32("model.depth").ShouldBe(6);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Where_a_key_is_value_and_prefix_the_deeper_entry_wins_in_any_order(bool deeperFirst)
    {
        (string, object?)[] entries = [("a.b", 1L), ("a", 5L)];
        CheckpointConfiguration configuration = Expand(deeperFirst ? entries : [.. entries.Reverse()]);

        configuration.Int32("a.b").ShouldBe(1);
        configuration.Int32("a").ShouldBeNull();
    }

    [Fact]
    public void Absent_and_differently_typed_settings_are_null()
    {
        CheckpointConfiguration configuration = Expand(("half", 0.5), ("text", "6"), ("inf", double.PositiveInfinity));

        configuration.Int32("half").ShouldBeNull();
        configuration.Int32("text").ShouldBeNull();
        configuration.Int32("inf").ShouldBeNull();
        configuration.Boolean("absent.at.all").ShouldBeNull();
        configuration.Numbers("text").ShouldBeNull();
    }

    [Fact]
    public void Class_ids_sort_by_number()
    {
        CheckpointConfiguration configuration = Expand(("t.Dead", 4L), ("t.Background", 0L), ("t.Neoplastic", 1L));

        configuration.NamedIds("t").ShouldBe([(0, "Background"), (1, "Neoplastic"), (4, "Dead")]);
    }

    private static CheckpointConfiguration Expand(params (string Key, object? Value)[] entries) =>
        CheckpointConfiguration.Expand(Dictionary(entries), "test");

    private static OrderedDictionary<object, object?> Dictionary(params (string Key, object? Value)[] entries)
    {
        var dictionary = new OrderedDictionary<object, object?>();
        foreach ((string key, object? value) in entries)
        {
            dictionary.Add(key, value);
        }

        return dictionary;
    }
}

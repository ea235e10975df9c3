using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Reflection;
using System.Threading.Tasks;

// What the tests use of xunit, for machines without an SDK: test.sh compiles them with this file in xunit's place.
namespace Xunit
{
    /// <summary>A test.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    public class FactAttribute : Attribute
    {
    }

    /// <summary>A test of many data.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    public sealed class TheoryAttribute : FactAttribute
    {
    }

    /// <summary>Data of a theory.</summary>
    [AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
    public sealed class InlineDataAttribute : Attribute
    {
        public InlineDataAttribute(params object[] data)
        {
            Data = data;
        }

        public object[] Data { get; }
    }

    /// <summary>Here one test runs after the other anyway.</summary>
    [AttributeUsage(AttributeTargets.Assembly)]
    public sealed class CollectionBehaviorAttribute : Attribute
    {
        public bool DisableTestParallelization { get; set; }
    }

    public sealed class FailedAssertion : Exception
    {
        public FailedAssertion(string message)
            : base(message)
        {
        }
    }

    public static class Assert
    {
        public static void True(bool condition, string message = null)
        {
            if (!condition)
            {
                throw new FailedAssertion(message ?? "expected true");
            }
        }

        public static void False(bool condition, string message = null) => True(!condition, message ?? "expected false");

        public static void Equal<T>(T expected, T actual)
        {
            var same = expected is System.Collections.IEnumerable list && !(expected is string)
                ? list.Cast<object>().SequenceEqual(((System.Collections.IEnumerable)actual).Cast<object>())
                : EqualityComparer<T>.Default.Equals(expected, actual);
            True(same, "expected " + Show(expected) + ", got " + Show(actual));
        }

        public static void NotEqual<T>(T one, T other) => False(EqualityComparer<T>.Default.Equals(one, other), "both are " + one);

        public static void Same(object expected, object actual) => True(ReferenceEquals(expected, actual), "not the same");

        public static void Null(object value) => True(value == null, "expected null, got " + value);

        public static void NotNull(object value) => True(value != null, "got null");

        public static void Contains(string part, string text) => True(text.Contains(part), "no " + part + " in " + text);

        public static void DoesNotContain(string part, string text) => False(text.Contains(part), part + " in " + text);

        public static void Contains<T>(T element, IEnumerable<T> list) => True(list.Contains(element), "no " + element);

        public static T IsType<T>(object value)
        {
            True(value != null && value.GetType() == typeof(T), "expected " + typeof(T) + ", got " + value);
            return (T)value;
        }

        public static T IsAssignableFrom<T>(object value)
        {
            True(value is T, "expected " + typeof(T) + ", got " + value);
            return (T)value;
        }

        public static T Throws<T>(Action action)
            where T : Exception
        {
            try
            {
                action();
            }
            catch (Exception problem)
            {
                return IsType<T>(problem);
            }
            throw new FailedAssertion("expected " + typeof(T) + ", and nothing was thrown");
        }

        public static Task<T> ThrowsAsync<T>(Func<Task> action)
            where T : Exception
        {
            return Thrown(action, IsType<T>);
        }

        public static Task<T> ThrowsAnyAsync<T>(Func<Task> action)
            where T : Exception
        {
            return Thrown(action, IsAssignableFrom<T>);
        }

        private static async Task<T> Thrown<T>(Func<Task> action, Func<object, T> check)
        {
            try
            {
                await action();
            }
            catch (Exception problem)
            {
                return check(problem);
            }
            throw new FailedAssertion("expected " + typeof(T) + ", and nothing was thrown");
        }

        private static string Show(object value)
        {
            return value is System.Collections.IEnumerable list && !(value is string)
                ? "[" + string.Join(", ", list.Cast<object>().Take(50)) + "]"
                : value?.ToString() ?? "null";
        }
    }

    internal static class Runner
    {
        private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

        /// <summary>Runs every test, or those whose name contains an argument; one after the other.</summary>
        private static int Main(string[] arguments)
        {
            var tests = Assembly.GetExecutingAssembly().GetTypes()
                .SelectMany(type => type.GetMethods())
                .Where(method => method.GetCustomAttribute<FactAttribute>() != null)
                .Where(method => arguments.Length == 0 || arguments.Any((method.DeclaringType.Name + "." + method.Name).Contains))
                .ToList();
            int passed = 0, failed = 0;
            foreach (var test in tests)
            {
                var data = test.GetCustomAttributes<InlineDataAttribute>().Select(row => row.Data).ToList();
                foreach (var row in data.Count == 0 ? new List<object[]> { null } : data)
                {
                    if (Passes(test, row))
                    {
                        passed++;
                    }
                    else
                    {
                        failed++;
                    }
                }
            }
            Console.WriteLine(passed + " passed, " + failed + " failed");
            return failed == 0 && passed > 0 ? 0 : 1;
        }

        private static bool Passes(MethodInfo test, object[] row)
        {
            var name = test.DeclaringType.Name + "." + test.Name + (row == null ? "" : "(" + string.Join(", ", row) + ")");
            var clock = Stopwatch.StartNew();
            try
            {
                var run = Task.Run(async () =>
                {
                    var fixture = Activator.CreateInstance(test.DeclaringType);
                    try
                    {
                        if (test.Invoke(fixture, row) is Task task)
                        {
                            await task;
                        }
                    }
                    finally
                    {
                        (fixture as IDisposable)?.Dispose();
                    }
                });
                if (!run.Wait(Patience))
                {
                    throw new FailedAssertion("it hangs");
                }
                if (clock.ElapsedMilliseconds > 1000)
                {
                    Console.WriteLine("  " + name + ": " + clock.ElapsedMilliseconds + " ms");
                }
                return true;
            }
            catch (Exception problem)
            {
                var inner = problem;
                while (inner is AggregateException || inner is TargetInvocationException)
                {
                    inner = inner.InnerException;
                }
                Console.WriteLine("FAILED " + name + ": " + inner);
                return false;
            }
        }
    }
}
